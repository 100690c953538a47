using System.Collections.Immutable;

namespace AvGateway.Operations.Faults;

public enum BranchKind { Power, Switch, Line }

/// <summary>Something that devices hang on: a power branch, a network switch, a carrier's line.</summary>
/// <param name="Feeds">Ids of devices (<c>room/device</c>), of rooms (all that is in them), or of other branches.</param>
/// <param name="Party">Who answers for it: a vendor's or a carrier's id; null: the court itself.</param>
/// <param name="Circuit">The carrier's number of the line.</param>
public sealed record Branch(string Id, BranchKind Kind, string Zh, string En, ImmutableArray<string> Feeds, string? Party = null, string? Circuit = null);

/// <summary>What hangs on what, for root causes: when everything on a branch is gone, the branch is the fault and its devices are not.</summary>
public sealed class SiteGraph
{
    public static readonly SiteGraph Empty = new([], []);

    private readonly Dictionary<string, Branch> _branches;
    private readonly Dictionary<string, HashSet<string>> _above = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> _leaves = new(StringComparer.Ordinal);

    /// <param name="devices">Every device of the site as <c>room/device</c>.</param>
    public SiteGraph(IEnumerable<Branch> branches, IReadOnlyCollection<string> devices)
    {
        _branches = branches.ToDictionary(b => b.Id, StringComparer.Ordinal);
        foreach (var branch in _branches.Values) _leaves.Add(branch.Id, [.. Leaves(branch, devices, []).Distinct().Order(StringComparer.Ordinal)]);

        // The widest first, and of two that end in the same devices the one nearer to the source, so that a cut line is found before the switch behind it.
        foreach (var branch in _branches.Values) _above.Add(branch.Id, Above(branch.Id));
        Branches = [.. _branches.Values.OrderByDescending(b => _leaves[b.Id].Length).ThenBy(b => _above[b.Id].Count).ThenBy(b => b.Id, StringComparer.Ordinal)];
    }

    public ImmutableArray<Branch> Branches { get; }

    public Branch? Find(string id) => _branches.GetValueOrDefault(id);

    /// <summary>Every device on the branch, however deep.</summary>
    public ImmutableArray<string> DevicesOn(string branch) => _leaves[branch];

    /// <summary>Every branch that the branch hangs on, directly or not.</summary>
    public IReadOnlySet<string> BranchesAbove(string branch) => _above[branch];

    private HashSet<string> Above(string branch)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([branch]);
        while (open.TryDequeue(out var below))
        {
            foreach (var feeding in _branches.Values.Where(b => b.Feeds.Contains(below) && b.Id != branch))
                if (found.Add(feeding.Id)) open.Enqueue(feeding.Id);
        }

        return found;
    }

    // A branch that feeds itself, directly or not, is a finding of the site file; here it only must not run for ever.
    private IEnumerable<string> Leaves(Branch branch, IReadOnlyCollection<string> devices, ImmutableHashSet<string> above)
    {
        if (above.Contains(branch.Id)) yield break;
        var path = above.Add(branch.Id);
        foreach (var fed in branch.Feeds)
        {
            if (_branches.TryGetValue(fed, out var inner))
            {
                foreach (var leaf in Leaves(inner, devices, path)) yield return leaf;
            }
            else
            {
                foreach (var device in devices.Where(d => d == fed || (d.StartsWith(fed, StringComparison.Ordinal) && d[fed.Length..].StartsWith('/')))) yield return device;
            }
        }
    }
}
