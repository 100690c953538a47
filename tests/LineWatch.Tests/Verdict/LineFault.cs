namespace AvGateway.LineWatch.Tests.Verdict;

/// <summary>A fault of the way between two courts, and whose it is, seen from each end.</summary>
/// <param name="FromA">The verdict's word at court a, and <paramref name="FromB"/> at court b; null where that end has nobody who could tell.</param>
/// <param name="Inject">Puts it there; what was done is undone by <paramref name="Heal"/>.</param>
internal sealed record LineFault(string Name, string? FromA, string? FromB, Func<Courts, Task> Inject, Func<Courts, Task> Heal)
{
    /// <summary>The stretch whose cable has to be one that can be made slow.</summary>
    public (string Router, string Port)? RelayAt { get; init; }

    private const string Local = "local", Carrier = "carrier", Far = "far-side";

    // The router's port of each stretch, and which way leads to court b.
    private static readonly (string Name, string Router, string Port, bool InIsOut)[] Stretches =
        [("network of court a", "ra", "lan", true), ("access of court a", "cr", "ca", true), ("access of court b", "cr", "cb", false), ("network of court b", "rb", "lan", false)];

    /// <summary>
    /// Every stretch cut, lossy, slow, and dead one way or the other; boxes that die; a cable, a port, a gateway. Where nothing of court b comes through any more court
    /// a cannot tell its dead router from its cut access: it says far side, and the gateway there, which can, says which.
    /// </summary>
    public static IReadOnlyList<LineFault> All { get; } =
    [
        Cut(0, Local, Far), Cut(1, Carrier, Far), Cut(2, Far, Carrier), Cut(3, Far, Local),
        Lossy(0, Local, Far), Lossy(1, Carrier, Carrier), Lossy(2, Carrier, Carrier), Lossy(3, Far, Local),
        OneWay(0, true, Local, Far), OneWay(1, true, Carrier, Far), OneWay(2, true, Carrier, Carrier), OneWay(3, true, Far, Local),
        OneWay(0, false, Local, Far), OneWay(1, false, Carrier, Carrier), OneWay(2, false, Far, Carrier), OneWay(3, false, Far, Local),
        Slow(0, Local, Far), Slow(1, Carrier, Carrier), Slow(2, Carrier, Carrier), Slow(3, Far, Local),
        Link("switch of court a down", Local, Far, "sa", "br0"), Link("cable of gateway a out", Local, Far, "sa", "p1"),
        Link("line out of router a", Carrier, Far, "cr", "ca", "10.1.0.0/24", "100.64.1.2"), Link("outer port of router a switched off", Local, Far, "ra", "wan", "default", "100.64.1.1"),
        Dead("router of the carrier dead", Carrier, Carrier, "cr"), Dead("router of court b dead", Far, Local, "rb"), Link("switch of court b down", Far, Local, "sb", "br0"),
        new("gateway of court b stopped", Far, null, c => Do(() => c.StopGateway("b")), c => Do(() => c.ContinueGateway("b"))),
    ];

    public static LineFault Of(string name) => All.Single(f => f.Name == name);

    private static LineFault Cut(int stretch, string a, string b) => At(stretch, "cut", a, b, true, true, 100);

    private static LineFault Lossy(int stretch, string a, string b) => At(stretch, "loses 5 %", a, b, true, true, 5);

    private static LineFault OneWay(int stretch, bool isToB, string a, string b) =>
        At(stretch, isToB ? "dead towards b" : "dead towards a", a, b, isToB == Stretches[stretch].InIsOut, isToB != Stretches[stretch].InIsOut, 100);

    private static LineFault At(int stretch, string what, string a, string b, bool @in, bool @out, int percent)
    {
        var (name, router, port, _) = Stretches[stretch];
        return new($"{name} {what}", a, b, c => c.Space.DropAsync(router, port, @in, @out, percent), c => c.Space.HealAsync(router));
    }

    // One frame in five comes late: jitter, and the mean delay with it.
    private static LineFault Slow(int stretch, string a, string b)
    {
        var (name, router, port, _) = Stretches[stretch];
        return new($"{name} slow and unsteady", a, b, c => Do(() => (c.Space.Relay!.HeldBack, c.Space.Relay.OneIn) = (TimeSpan.FromMilliseconds(700), 5)), c => Do(() => c.Space.Relay!.OneIn = 0)) { RelayAt = (router, port) };
    }

    private static LineFault Dead(string name, string a, string b, string box) => new(name, a, b, c => c.Space.DieAsync(box), c => c.Space.HealAsync(box));

    // A router forgets its ways over a port that goes down.
    private static LineFault Link(string name, string a, string b, string box, string port, string? way = null, string? via = null) =>
        new(name, a, b, c => c.Space.InAsync(box, "ip", "link", "set", "dev", port, "down"), async c =>
        {
            await c.Space.InAsync(box, "ip", "link", "set", "dev", port, "up");
            if (way is not null) await c.Space.InAsync(box, "ip", "route", "replace", way, "via", via!);
        });

    private static Task Do(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
