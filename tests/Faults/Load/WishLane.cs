namespace AvGateway.Faults.Load;

/// <summary>Makes the wishes for one device, each with an effect that no other open wish of the device has.</summary>
public abstract class WishLane(string device, int most)
{
    private readonly HashSet<string> _open = [];

    public string Device => device;

    /// <summary>The next wish; null while enough are open.</summary>
    public Wish? Next()
    {
        if (_open.Count >= most) return null;
        var (verb, arguments, effect) = Make(_open);
        return _open.Add(effect) ? new(Guid.NewGuid(), device, verb, $$"""{"args":{{arguments}}}""", effect) : null;
    }

    public void Ended(Wish wish) => _open.Remove(wish.Effect);

    protected abstract (string Verb, string Arguments, string Effect) Make(IReadOnlySet<string> open);
}

/// <summary>Routes of a matrix: each output goes through all inputs, so that no wish is what is already there.</summary>
/// <param name="first">Number of the first port.</param>
/// <param name="random">Now and then the same output is wished twice in a row, so that the newer wish replaces the older.</param>
public sealed class RouteLane(string device, int most, int size, int first, Random random) : WishLane(device, most)
{
    private const int OneInSo = 8;

    private readonly int[] _inputs = new int[size];
    private int _output;

    protected override (string Verb, string Arguments, string Effect) Make(IReadOnlySet<string> open)
    {
        if (random.Next(OneInSo) > 0) _output = (_output + 1) % size;
        var input = _inputs[_output] = (_inputs[_output] + 1) % size;
        return ("route", $$"""{"input":{{input + first}},"output":{{_output + first}}}""", $"{_output + first}>{input + first}");
    }
}

/// <summary>A recorder that is started under a new name and stopped, one after the other.</summary>
public sealed class RecordLane(string device) : WishLane(device, most: 1)
{
    private int _number;

    protected override (string Verb, string Arguments, string Effect) Make(IReadOnlySet<string> open) =>
        ++_number % 2 == 1 ? ("record", $$"""{"name":"take-{{_number}}"}""", $"record take-{_number}") : ("stop", "{}", "stop");
}
