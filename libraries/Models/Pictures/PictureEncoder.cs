using System.Runtime.InteropServices;
using SkiaSharp;

namespace Pipeline.Models.Pictures;

/// <summary>Writes <see cref="RgbPicture"/>s as PNG, the counterpart of <see cref="PictureDecoder"/>.</summary>
public static class PictureEncoder
{
    /// <summary>The bytes of a PNG file with exactly these pixels; equal pictures give equal bytes.</summary>
    public static byte[] Png(RgbPicture picture)
    {
        var rgba = new byte[picture.Width * picture.Height * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            picture.Pixels.AsSpan(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }

        // No colour space, as in decoding: values are stored as they are. Opaque: the file has no alpha.
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, null);
        var pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            using var pixels = new SKPixmap(info, pinned.AddrOfPinnedObject());
            using var png = pixels.Encode(SKPngEncoderOptions.Default) ?? throw new InvalidOperationException("The PNG encoder refused.");
            return png.ToArray();
        }
        finally
        {
            pinned.Free();
        }
    }
}
