using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests.Schedulers;

/// <summary>Small configurations.</summary>
static class Configs
{
    public static TheoryData<SchedulerClass> Classes => [.. Enum.GetValues<SchedulerClass>()];

    /// <param name="scheduler">The class.</param>
    /// <param name="more">Further keys, separated by commas.</param>
    public static SchedulerConfig Of(SchedulerClass scheduler, string more = "")
    {
        var keys = "\"num_train_timesteps\": 100, \"skip_prk_steps\": true, \"clip_sample\": false";
        return Parse(more == "" ? $"{{{keys}}}" : $"{{{keys}, {more}}}", scheduler);
    }

    public static SchedulerConfig Parse(string json, SchedulerClass? scheduler = null) =>
        SchedulerConfig.Parse(json, "test.json", scheduler);

    /// <summary>Numbers that look random and are the same each time.</summary>
    public static double[] Latents(int seed, int count = 12)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
    }

    /// <summary>A drawing with a model that depends on the latents and on the time.</summary>
    public static double[] Draw(IScheduler scheduler, int steps, double[] noise, Action? between = null)
    {
        scheduler.SetTimesteps(steps);
        var sample = Array.ConvertAll(noise, value => value * scheduler.InitNoiseSigma);
        for (var i = 0; i < scheduler.Timesteps.Count; i++)
        {
            var time = scheduler.Timesteps[i];
            var output = Array.ConvertAll(scheduler.ScaleModelInput(sample, i), value => Math.Cos(value + time));
            sample = scheduler.Step(output, i, sample);
            between?.Invoke();
        }

        return sample;
    }
}
