using System.CommandLine;
using Pipeline.Captioner;
using Pipeline.Captioner.Decoding;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Models.Tokenizers;
using TorchSharp;

namespace Pipeline.Cli.CaptionPicture;

/// <summary><c>caption IMAGE...</c></summary>
static class CaptionCommand
{
    const int MaxNewTokens = 20;

    public static Command Create()
    {
        var pictures = new Argument<string[]>("IMAGE") { Description = "PNG, JPEG or WebP files.", Arity = ArgumentArity.OneOrMore };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "A folder in Hugging Face layout, or RUN[@VERSION] (default: models/tiny/captioner).",
        };
        var beams = new Option<int>("--beams")
        {
            Description = "Beams; 1 takes the most probable word each time.", DefaultValueFactory = _ => 1,
        };
        var command = new Command("caption", "Write a caption for each picture.") { pictures, checkpoint, beams };
        command.SetAction(async (parsed, cancellation) =>
        {
            var paths = parsed.GetValue(pictures)!;
            if (parsed.GetValue(beams) < 1) throw new CliException("--beams must be at least 1");
            await WithFilesAsync(parsed.GetValue(checkpoint), files => Write(files, paths, parsed.GetValue(beams)), cancellation);
        });
        return command;
    }

    static async Task WithFilesAsync(string? checkpoint, Action<IModelFiles> use, CancellationToken cancellation)
    {
        var stack = LocalStack.Find();
        if (checkpoint is null || Directory.Exists(checkpoint))
        {
            use(new ModelFolder(checkpoint ?? Path.Combine(stack.Root, "models", "tiny", "captioner")));
            return;
        }
        if (checkpoint.Contains(Path.DirectorySeparatorChar)) throw new CliException($"there is no folder {checkpoint}");
        await using var connection = stack.Open();
        var (_, policy) = await PolicyName.FindAsync(checkpoint, new RunCatalogue(connection), cancellation);
        use(await connection.Checkpoints.OpenAsync(policy.Checkpoint, cancellation));
    }

    /// <summary>One line per picture; with several, each begins with its file's name.</summary>
    static void Write(IModelFiles files, string[] paths, int beams)
    {
        var preprocessor = PicturePreprocessor.Load(files);
        var tokenizer = Gpt2Tokenizer.Load(files);
        using var model = CaptionModel.Load(files);
        using var inference = torch.no_grad();
        var sampler = new CaptionSampler(model.Decoder, model.Config.Tokens);
        foreach (var path in paths)
        {
            using var scope = torch.NewDisposeScope();
            var pixels = preprocessor.Preprocess(new PictureDecoder().Decode(path));
            var memory = model.Encode(torch.tensor(pixels, 1, 3, preprocessor.Height, preprocessor.Width));
            var caption = beams == 1
                ? sampler.Greedy(memory, MaxNewTokens)[0]
                : sampler.BeamSearch(memory, new BeamOptions { Beams = beams, MaxNewTokens = MaxNewTokens })[0][0].Caption;
            var text = tokenizer.Decode(caption.TokenIds);
            Console.WriteLine(paths.Length == 1 ? text : $"{path}: {text}");
        }
    }
}
