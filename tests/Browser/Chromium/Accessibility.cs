using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Pipeline.Browser;

/// <summary>Asks axe-core whether everybody can use a page.</summary>
static class Accessibility
{
    static readonly AxeRunOptions Rules = new() { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21aa"] } };

    /// <summary>Fails on violations of WCAG 2.1 A and AA that are serious or critical, and lists them.</summary>
    public static async Task CheckAsync(this Visit visit)
    {
        AxeResult? result = null;
        await visit.ExamineAsync(async () => result = await visit.Page.RunAxe(Rules));
        result!.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Impact}: {violation.Id}, {violation.Help}: {string.Join(" | ", violation.Nodes.Take(5).Select(node => node.Html))}")
            .ShouldBeEmpty(visit.Page.Url);
    }

    /// <summary>Fails when the page is wider than the window, so that one would have to scroll sideways.</summary>
    public static async Task FitsAsync(this Visit visit)
    {
        var widths = await visit.Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        widths[0].ShouldBeLessThanOrEqualTo(widths[1], $"{visit.Page.Url} scrolls sideways");
    }
}
