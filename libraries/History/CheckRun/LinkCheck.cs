using Pipeline.Contracts;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.Steps;

namespace Pipeline.History.CheckRun;

/// <summary>
/// The chain of a run: each version names the hash of the one before it, and a pause or the end that of the newest. Checked before
/// anything that is computed from these events, so that a changed one is named and not what follows from it.
/// </summary>
static class LinkCheck
{
    /// <summary>What <paramref name="By"/> says of the hash of the link at index <paramref name="Of"/>.</summary>
    sealed record Claim(int Of, ReadEvent By, string Hash);

    /// <summary>Compares every link with what is said of it.</summary>
    /// <returns>The links that something confirms.</returns>
    public static IReadOnlySet<ReadEvent> Check(IReadOnlyList<ReadEvent> run)
    {
        var links = new List<ReadEvent>();
        var claims = new List<Claim>();
        foreach (var @event in run)
        {
            var claimed = @event.Data switch
            {
                PolicyUpdated updated => updated.Previous,
                RunStopped stopped => stopped.Link,
                RunCompleted completed => completed.Link,
                _ => null,
            };
            if (claimed is not null && links.Count > 0) claims.Add(new Claim(links.Count - 1, @event, claimed));
            if (@event.Data is RunStarted or PolicyUpdated) links.Add(@event);
        }

        string[] hashes = [.. links.Select(link => Link.To(link.Data))];
        var confirmed = claims.Where(claim => claim.Hash == hashes[claim.Of]).Select(claim => links[claim.Of]).ToHashSet();
        foreach (var wrong in claims.Where(claim => claim.Hash != hashes[claim.Of]))
            throw Blame(wrong, links[wrong.Of], hashes[wrong.Of], claims, confirmed, links);
        return confirmed;
    }

    /// <summary>Two events contradict each other: the one that no other event speaks for was changed.</summary>
    static BadHistoryException Blame(
        Claim wrong, ReadEvent link, string hash, List<Claim> claims, HashSet<ReadEvent> confirmed, List<ReadEvent> links)
    {
        var by = wrong.By;
        var claimant = $"{by.Recorded.Type} at version {by.Recorded.Version}";
        var others = claims.Count(claim => claim.Of == wrong.Of && claim != wrong);
        var isClaimantDenied = !confirmed.Contains(by) && claims.Any(claim => links[claim.Of] == by);
        if (confirmed.Contains(link) || (isClaimantDenied && others == 0))
            return by.Bad($"it links to {link.Recorded.Type} at version {link.Recorded.Version}: expected {hash}, found {wrong.Hash}");
        return link.Bad(
            $"its SHA-256 is recorded in {claimant} as {wrong.Hash}, found {hash}"
            + (confirmed.Contains(by) || others > 0 ? "" : $"; nothing tells which of the two was changed"));
    }
}
