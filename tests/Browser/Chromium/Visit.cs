using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Pipeline.Browser;

/// <summary>
/// A page that is watched: errors on the console, exceptions, requests that fail and requests to anybody but Studio are kept, and fail the test
/// in the end.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    readonly IBrowserContext _context;
    readonly ConcurrentQueue<string> _problems = [];
    readonly ConcurrentDictionary<int, byte> _provoked = [];
    volatile bool _isExamined;

    internal Visit(StudioServer studio, IBrowserContext context, IPage page)
    {
        (Studio, _context, Page) = (studio, context, page);
        page.Console += (_, message) => Keep(message);
        page.PageError += (_, error) => _problems.Enqueue($"exception: {error}");
        page.Request += (_, request) => KeepForeign(request.Url);
        page.Response += (_, response) => Keep(response);
        page.RequestFailed += (_, request) => KeepFailed(request);
    }

    /// <summary>Whose pages are visited.</summary>
    public StudioServer Studio { get; }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Looks at pages in another way from now on; a visit begins with a laptop's.</summary>
    public async Task SeeAsAsync(Look look)
    {
        await Page.SetViewportSizeAsync(look.Width, look.Height);
        await Page.EmulateMediaAsync(new() { ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light });
    }

    /// <summary>From now on answers with this status are what the test wants.</summary>
    public void Provoke(int status) => _provoked[status] = 0;

    /// <summary>Lets a tool look at the page that puts scripts and styles of its own into it: what the browser says to those is not the page's fault.</summary>
    public async Task ExamineAsync(Func<Task> tool)
    {
        _isExamined = true;
        try
        {
            await tool();
        }
        finally
        {
            _isExamined = false;
        }
    }

    /// <summary>The cookies of the browser.</summary>
    public Task<IReadOnlyList<BrowserContextCookiesResult>> CookiesAsync() => _context.CookiesAsync();

    /// <summary>Speaks to the browser as its developer tools do.</summary>
    public Task<ICDPSession> DeveloperToolsAsync() => _context.NewCDPSessionAsync(Page);

    internal async Task DoAsync(Func<Visit, Task> act)
    {
        try
        {
            await act(this);
        }
        catch (Exception error)
        {
            var body = Page.IsClosed ? "" : await Page.Locator("body").InnerTextAsync(new() { Timeout = 5000 });
            throw new InvalidOperationException(
                $"{error.Message}\n--- {Page.Url} ---\n{body}\n--- problems ---\n{string.Join('\n', _problems)}\n--- Studio ---\n{Studio.Output}", error);
        }
        _problems.ShouldBeEmpty(Page.Url);
    }

    /// <summary>Closes the profile.</summary>
    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    void Keep(IConsoleMessage message)
    {
        if (_isExamined || message.Type is not ("error" or "warning")) return;
        // Of a refused request the response tells already.
        if (!message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) _problems.Enqueue($"console: {message.Text} ({message.Location})");
    }

    void KeepForeign(string url)
    {
        var isOwn = url == Studio.Address || url.StartsWith($"{Studio.Address}/", StringComparison.Ordinal);
        if (!isOwn && !url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal))
            _problems.Enqueue($"a request to somebody else: {url}");
    }

    void Keep(IResponse response)
    {
        if (response.Status >= 400 && !_provoked.ContainsKey(response.Status)) _problems.Enqueue($"{response.Status}: {response.Request.Method} {response.Url}");
    }

    void KeepFailed(IRequest request)
    {
        // A page that is left takes what it was fetching with it, and a download is no answer to be shown.
        if (request.Failure != "net::ERR_ABORTED") _problems.Enqueue($"{request.Failure}: {request.Method} {request.Url}");
    }
}
