using System.ComponentModel.DataAnnotations;
using Pipeline.Onnx;

namespace Pipeline.Diffusion;

/// <summary>How this service draws: configuration section <c>Diffusion</c>, environment <c>Diffusion__NAME</c>.</summary>
public sealed class DiffusionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Diffusion";

    /// <summary>The drawing model: a folder in diffusers' ONNX layout.</summary>
    [Required(ErrorMessage = "Diffusion:Model is missing: the folder of a diffusion model in diffusers' ONNX layout.")]
    public string? Model { get; set; }

    /// <summary>
    /// The most rows that the U-Net computes at a time; with guidance a picture takes two. It bounds memory and changes no picture.
    /// </summary>
    [Range(2, 1024)]
    public int BatchSize { get; set; } = 20;

    /// <summary>Threads of one computation.</summary>
    [Range(1, 256)]
    public int Threads { get; set; } = 1;

    /// <summary>Where the networks are computed.</summary>
    public OnnxProvider Provider { get; set; } = OnnxProvider.Cpu;

    /// <summary>Which of several GPUs, from 0.</summary>
    [Range(0, 64)]
    public int Device { get; set; }
}
