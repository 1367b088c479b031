using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>Registers the blob store and what is kept in it.</summary>
static class BlobSetup
{
    public static void AddPipelineBlobs(this IServiceCollection services)
    {
        services.AddSingleton<IBlobStore>(provider =>
            new FolderBlobStore(provider.GetRequiredService<IOptions<PipelineOptions>>().Value.Blobs));
        services.AddSingleton<CheckpointStore>();
        services.AddSingleton<PictureSetStore>();
        services.AddSingleton<PictureReader>();
    }
}
