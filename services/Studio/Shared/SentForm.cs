using Pipeline.Client;

namespace Pipeline.Studio.Shared;

/// <summary>Reads what a form sends.</summary>
static class SentForm
{
    /// <summary>The form in a request's body.</summary>
    /// <exception cref="RequestException">The body is no form, or one that cannot be read.</exception>
    public static async Task<IFormCollection> FormAsync(this HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasFormContentType)
            throw new RequestException("A form is taken here: application/x-www-form-urlencoded or multipart/form-data.");
        try
        {
            return await request.ReadFormAsync(cancellation);
        }
        // A body that the server itself refuses, such as one that is too large, has a status of its own.
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new RequestException($"The form cannot be read: {error.Message}");
        }
    }
}
