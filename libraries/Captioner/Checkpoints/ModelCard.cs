using System.Text;

namespace Pipeline.Captioner.Checkpoints;

/// <summary>What a checkpoint says about itself to people, as Hugging Face's README.md with its YAML header.</summary>
/// <param name="Title">The heading, one line.</param>
/// <param name="Description">What the model is and how it was trained, in Markdown.</param>
/// <param name="Facts">Where it comes from, by name: run, version, parent, reward, licence. Listed in this order.</param>
public sealed record ModelCard(string Title, string Description, IReadOnlyList<(string Name, string Value)> Facts)
{
    /// <summary>The card; the same facts give the same text.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("---\nlibrary_name: transformers\npipeline_tag: image-to-text\n");
        text.Append("tags:\n- image-captioning\n- vision-encoder-decoder\n---\n\n");
        text.Append($"# {OneLine(Title)}\n\n{Description.Trim()}\n");
        if (Facts.Count > 0)
        {
            text.Append("\n## Where it comes from\n\n| | |\n| --- | --- |\n");
            foreach (var (name, value) in Facts) text.Append($"| {Cell(name)} | {Cell(value)} |\n");
        }
        text.Append("""

            ## Use

            ```python
            from transformers import AutoTokenizer, ViTImageProcessor, VisionEncoderDecoderModel

            model = VisionEncoderDecoderModel.from_pretrained(folder)
            pixels = ViTImageProcessor.from_pretrained(folder)(image, return_tensors="pt").pixel_values
            caption = AutoTokenizer.from_pretrained(folder).decode(model.generate(pixels, max_new_tokens=20)[0], skip_special_tokens=True)
            ```

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    static string Cell(string text) => OneLine(text).Replace("|", "\\|", StringComparison.Ordinal);
}
