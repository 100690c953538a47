using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Parties;

/// <summary>One way to somebody.</summary>
/// <param name="Channel">Id of a channel of the site.</param>
/// <param name="Address">In the channel's own notation.</param>
/// <param name="From">Good from this local date on; null: from ever.</param>
/// <param name="Until">Good to this local date, inclusive; null: for ever.</param>
public sealed record Reach(string Channel, string Address, DateOnly? From, DateOnly? Until)
{
    public bool IsGoodOn(DateOnly date) => (From is null || From <= date) && (Until is null || date <= Until);
}

/// <summary>Somebody who may be told of faults: a person, a desk, a duty phone. Nothing is ever sent to an address that stands in no contact (R44).</summary>
/// <param name="Language"><c>zh</c>, <c>en</c>, or null for both.</param>
/// <param name="Ways">In the order in which they are tried.</param>
public sealed record Contact(string Id, Wording Name, string? Language, ImmutableArray<Reach> Ways)
{
    /// <summary>The ways that are good on this date, one a channel, in their order.</summary>
    public ImmutableArray<Reach> On(DateOnly date) => [.. Ways.Where(w => w.IsGoodOn(date)).DistinctBy(w => w.Channel, StringComparer.Ordinal)];
}
