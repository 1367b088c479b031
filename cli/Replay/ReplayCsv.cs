using System.Globalization;
using System.Text;
using Pipeline.Replays;

namespace Pipeline.Cli.Replay;

/// <summary>Every caption of a replay as a line of comma-separated values (RFC 4180).</summary>
static class ReplayCsv
{
    const string Head = "caption,step,version,picture,old,new,old_rank,new_rank,text";

    /// <summary>Writes the file; it is there whole or not at all.</summary>
    public static async Task WriteAsync(string path, ReplayReport report, CancellationToken cancellation)
    {
        var lines = new StringBuilder(Head).Append("\r\n");
        foreach (var caption in report.Captions)
            lines.Append(CultureInfo.InvariantCulture, $"{caption.CaptionId:D},{caption.Step},{caption.PolicyVersion},{caption.PictureSha256},{caption.Old:R},{caption.New:R},{caption.OldRank},{caption.NewRank},\"{caption.Text.Replace("\"", "\"\"")}\"\r\n");
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync($"{path}.new", lines.ToString(), cancellation);
        File.Move($"{path}.new", path, overwrite: true);
    }
}
