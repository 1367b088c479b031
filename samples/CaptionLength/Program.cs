using Pipeline.CaptionLength;
using Pipeline.Rewards;

await RewardService.RunAsync(args, "caption-length", _ => new CaptionLengthReward());
