using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>Registers the blob store and what is kept in it.</summary>
static class BlobSetup
{
    public static void AddPipelineBlobs(this IServiceCollection services)
    {
        services.AddSingleton(Open);
        services.AddHostedService<BlobStartup>();
        services.AddSingleton<CheckpointStore>();
        services.AddSingleton<PictureSetStore>();
        services.AddSingleton<PictureReader>();
    }

    static IBlobStore Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<PipelineOptions>>().Value;
        return S3Location.IsMeant(options.Blobs)
            ? new S3BlobStore(options, provider.GetRequiredService<ILogger<S3BlobStore>>())
            : new FolderBlobStore(options.Blobs);
    }
}
