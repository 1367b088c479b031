using Npgsql;
using Pipeline.Projections.CatchUp;

namespace Pipeline.Projections.Pictures;

/// <summary>What captions of a picture were for.</summary>
public enum PictureUse
{
    /// <summary>The version wrote them, to be learned from.</summary>
    Wrote,

    /// <summary>The version learned from them.</summary>
    Learned,

    /// <summary>They measured the version.</summary>
    Measured,
}

/// <summary>Captions of a picture in one run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Use">What they were for.</param>
/// <param name="Version">The version that this is about.</param>
/// <param name="Captions">How many.</param>
/// <param name="First">When the first one.</param>
/// <param name="Last">When the last one.</param>
public sealed record PictureCaptions(Guid RunId, PictureUse Use, int Version, long Captions, DateTimeOffset First, DateTimeOffset Last);

/// <summary>What became of a picture.</summary>
/// <param name="Picture">Its SHA-256.</param>
/// <param name="Captions">By run, use and version.</param>
public sealed record PictureHistory(string Picture, IReadOnlyList<PictureCaptions> Captions)
{
    internal static async Task<PictureHistory> LoadAsync(NpgsqlDataSource database, string picture, CancellationToken cancellation) => new(
        picture,
        await Sql.QueryAsync(
            database,
            "select run_id, use, version, captions, first, last from projection_pictures where picture = $1 order by run_id, use, version",
            row => new PictureCaptions(
                row.GetGuid(0), Enum.Parse<PictureUse>(row.GetString(1), ignoreCase: true), row.GetInt32(2), row.GetInt64(3),
                row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5)),
            cancellation, picture));

    /// <summary>The pictures whose SHA-256 begins so.</summary>
    /// <param name="database">The store.</param>
    /// <param name="beginning">Hex digits.</param>
    /// <param name="cancellation">Cancels.</param>
    internal static Task<IReadOnlyList<string>> BeginningAsync(NpgsqlDataSource database, string beginning, CancellationToken cancellation) =>
        Sql.QueryAsync(
            database, "select distinct picture from projection_pictures where picture like $1 || '%' order by picture limit 10",
            row => row.GetString(0), cancellation, beginning);
}
