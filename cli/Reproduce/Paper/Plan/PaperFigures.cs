namespace Pipeline.Cli.Reproduce.Paper.Plan;

/// <summary>What the paper reports, to be put beside what comes out here.</summary>
static class PaperFigures
{
    /// <summary>
    /// The three rows of its Table 1, mean cosine of the pre-trained and the tuned captioner, trained and scored on the same pictures. They
    /// are taken for 1, 8 and 128 pictures and the retrieval reward: their size is that of BLIP's cosines.
    /// </summary>
    public static (double Before, double After)? Table1(Experiment experiment) => (experiment.Signal, experiment.Pictures) switch
    {
        (Signal.Retrieval, 1) => (0.4310, 0.4442),
        (Signal.Retrieval, 8) => (0.6103, 0.7862),
        (Signal.Retrieval, 128) => (0.6210, 0.6580),
        _ => null,
    };
}
