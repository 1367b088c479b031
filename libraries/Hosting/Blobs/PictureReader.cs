using Pipeline.Models.Pictures;

namespace Pipeline.Hosting;

/// <summary>From a picture's name to what a network wants of it.</summary>
public sealed class PictureReader(IBlobStore blobs)
{
    readonly PictureDecoder decoder = new();

    /// <summary>Reads, decodes and preprocesses a picture.</summary>
    /// <param name="sha256">The picture's file in the blob store.</param>
    /// <param name="preprocessor">The network's preprocessing.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <returns>Pixel values [3, height, width].</returns>
    /// <exception cref="BlobNotFoundException">There is no such picture.</exception>
    /// <exception cref="PictureException">The file is no picture that can be read; the message names it.</exception>
    public async Task<float[]> PixelsAsync(string sha256, PicturePreprocessor preprocessor, CancellationToken cancellation = default) =>
        preprocessor.Preprocess(decoder.Decode(await blobs.ReadAsync(sha256, cancellation), sha256));
}
