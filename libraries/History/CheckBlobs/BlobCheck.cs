using Pipeline.History.ReadEvents;
using Pipeline.History.Sources;

namespace Pipeline.History.CheckBlobs;

/// <summary>Compares blobs with their names, each once, in the order in which events name them.</summary>
sealed class BlobCheck(IRecordedHistory history, AuditReport report, IProgress<AuditProgress>? progress)
{
    readonly List<(string Sha256, string What, ReadEvent By)> _wanted = [];
    readonly HashSet<string> _known = [];
    readonly HashSet<string> _opened = [];
    readonly HashSet<string> _dropped = [];

    /// <summary>Notes a blob to be checked; a hash that is none is bad here already.</summary>
    public void Want(string sha256, string what, ReadEvent by)
    {
        if (sha256.Length != 64 || sha256.AsSpan().ContainsAnyExcept("0123456789abcdef")) throw by.Bad($"{what}: '{sha256}' is no SHA-256");
        if (_known.Add(sha256)) _wanted.Add((sha256, what, by));
    }

    /// <summary>Notes blobs that were dropped on purpose: that they are not there is as it should be.</summary>
    public void Drop(IEnumerable<string> dropped) => _dropped.UnionWith(dropped);

    /// <summary>Whether the blob should be there to be opened.</summary>
    public bool ShouldHave(string sha256) => !_dropped.Contains(sha256) && history.ShouldHave(sha256);

    /// <summary>Opens a blob whose content says something; weights are large enough not to be compared with their names twice.</summary>
    /// <exception cref="BadBlobException">It is not there, or its content does not match its name.</exception>
    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellation)
    {
        var content = await history.OpenAsync(sha256, cancellation);
        if (_opened.Add(sha256)) (report.Blobs, report.Bytes) = (report.Blobs + 1, report.Bytes + content.Length);
        return content;
    }

    /// <summary>Checks what was noted.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < _wanted.Count; i++)
        {
            var (sha256, what, by) = _wanted[i];
            progress?.Report(new AuditProgress("blobs", i, _wanted.Count));
            if (_dropped.Contains(sha256))
            {
                report.DroppedOnPurpose++;
                continue;
            }
            if (!history.ShouldHave(sha256))
            {
                report.DoNotCheck(sha256);
                continue;
            }
            try
            {
                if (!_opened.Contains(sha256)) await (await OpenAsync(sha256, cancellation)).DisposeAsync();
            }
            catch (BadBlobException bad)
            {
                throw BadHistoryException.At(by.Recorded, what, bad);
            }
        }
        progress?.Report(new AuditProgress("blobs", _wanted.Count, _wanted.Count));
    }
}
