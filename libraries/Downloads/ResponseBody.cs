namespace Pipeline.Downloads;

/// <summary>
/// Reads a response's body: a connection that is cut or falls silent is a <see cref="TransientException"/>. Only reading is tried again by
/// that: a disk that is full does not become emptier.
/// </summary>
sealed class ResponseBody(HttpResponseMessage response, TimeSpan silence, CancellationToken cancellation) : IDisposable
{
    readonly CancellationTokenSource watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    /// <summary>Reads what has come; 0 at the end.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer)
    {
        watch.CancelAfter(silence);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(watch.Token);
            return await body.ReadAsync(buffer, watch.Token);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            throw new TransientException("the connection was cut", problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientException("the connection fell silent", problem);
        }
    }

    public void Dispose() => watch.Dispose();
}
