using Microsoft.AspNetCore.Components;

namespace Pipeline.Studio.Shared;

/// <summary>
/// What is shown only when everything that it shows has been read: a component of Blazor's own would be rendered once before, without it.
/// </summary>
public abstract class Loaded : ComponentBase
{
    [Inject]
    IHttpContextAccessor Http { get; set; } = null!;

    /// <summary>Ends when the browser does not wait any more.</summary>
    protected CancellationToken Cancellation => Http.HttpContext?.RequestAborted ?? CancellationToken.None;

    /// <inheritdoc/>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        StateHasChanged();
    }

    /// <summary>Reads what is shown.</summary>
    protected abstract Task LoadAsync();
}
