using System.IO.Compression;
using System.Text.Json;
using Pipeline.Cli.DownloadCoco;
using Pipeline.Downloads;

namespace Pipeline.Cli.Tests.DownloadCoco;

/// <summary>
/// A server with a small COCO: pictures 1 to <see cref="Pictures"/> under licences 1, 4, 7 and 8 in turn, in a shuffled order. And a
/// folder.
/// </summary>
public abstract class CocoBench : IAsyncLifetime
{
    protected const int Pictures = 40;
    protected const string ZipPath = "/annotations/annotations_trainval2017.zip", Split = "val2017";

    static readonly int[] Licences = [1, 4, 7, 8];

    private protected TemporaryFolder Temporary { get; } = new();

    private protected CocoServer Server { get; private set; } = null!;

    private protected CocoFolder Folder => new(Temporary["coco"]);

    private protected List<string> Replaced { get; } = [];

    private protected List<string> Waits { get; } = [];

    private protected int Retries { get; set; } = 5;

    public async ValueTask InitializeAsync()
    {
        Server = await CocoServer.StartAsync();
        Server.Files[ZipPath] = Zip(Captions());
        for (var id = 1; id <= Pictures; id++) Server.Files[PathOf(id)] = TemporaryFolder.Png(4, 4, (byte)id);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        Temporary.Dispose();
    }

    private protected static CocoRequest Request(int count, int heldOut = 0, long seed = 0, bool offline = false, params int[] licences) =>
        new(Split, count, heldOut, licences.Length > 0 ? licences : [4, 7, 8], seed, offline);

    private protected Task<CocoSelection> RunAsync(
        CocoRequest request, IProgress<CocoProgress>? progress = null, CancellationToken? stop = null) =>
        new CocoDownload(
            Folder, new CocoSite(Server.Address),
            new DownloadOptions
            {
                Backoff = TimeSpan.FromMilliseconds(1), Retries = Retries,
                Waiting = line =>
                {
                    lock (Waits) Waits.Add(line);
                },
            })
            .RunAsync(request, Replaced.Add, progress, stop ?? TestContext.Current.CancellationToken);

    protected static string NameOf(long id) => $"{id:000000000000}.jpg";

    protected static string PathOf(long id) => $"/{Split}/{NameOf(id)}";

    private protected static long[] Ids(IEnumerable<CocoImage> images) => [.. images.Select(image => image.Id)];

    protected static int LicenceOf(long id) => Licences[id % 4];

    /// <summary>A captions file as COCO's: with everything that it has and that is not read here.</summary>
    protected static byte[] Captions(int pictures = Pictures, string? firstName = null) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        info = new { description = "COCO 2017 Dataset", year = 2017 },
        licenses = new[]
        {
            new { url = "http://licences.test/nc-sa", id = 1, name = "Attribution-NonCommercial-ShareAlike License" },
            new { url = "http://licences.test/by", id = 4, name = "Attribution License" },
            new { url = "http://licences.test/none", id = 7, name = "No known copyright restrictions" },
            new { url = "http://licences.test/gov", id = 8, name = "United States Government Work" },
        },
        images = Enumerable.Range(1, pictures).OrderBy(id => id * 7 % 41).Select(id => new
        {
            license = LicenceOf(id), file_name = id == 1 ? firstName ?? NameOf(1) : NameOf(id), coco_url = $"http://coco.test/{NameOf(id)}",
            height = 4, width = 4, date_captured = "2013-11-14 17:02:52", flickr_url = $"http://flickr.test/{id}.jpg", id,
        }),
        annotations = Enumerable.Range(1, pictures).SelectMany(id => (object[])
        [
            new { image_id = id, id = id * 10, caption = $"Picture {id} is gray." },
            new { image_id = id, id = id * 10 + 1, caption = $" A gray square, {id}.\n" },
        ]),
    });

    /// <summary>An archive as COCO's: the captions are a small part of it.</summary>
    protected static byte[] Zip(byte[] captions)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var noise = new byte[1 << 20];
            new Random(1).NextBytes(noise);
            Add(zip, "annotations/instances_train2017.json", noise);
            Add(zip, $"annotations/captions_{Split}.json", captions);
            Add(zip, "annotations/person_keypoints_val2017.json", noise);
        }

        return stream.ToArray();
    }

    static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
