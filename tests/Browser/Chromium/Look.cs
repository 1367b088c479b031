namespace Pipeline.Browser;

/// <summary>How a person looks at pages.</summary>
/// <param name="Name">What files and messages call it.</param>
/// <param name="Width">Of the window, in CSS pixels.</param>
/// <param name="Height">Of the window, in CSS pixels.</param>
/// <param name="IsDark">Whether the system is set to dark.</param>
public sealed record Look(string Name, int Width, int Height, bool IsDark = false)
{
    /// <summary>A laptop.</summary>
    public static readonly Look Light = new("light", 1280, 900);

    /// <summary>A laptop at night.</summary>
    public static readonly Look Dark = new("dark", 1280, 900, IsDark: true);

    /// <summary>A phone.</summary>
    public static readonly Look Phone = new("phone", 390, 844);
}
