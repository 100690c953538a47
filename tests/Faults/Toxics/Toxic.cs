namespace AvGateway.Faults.Toxics;

/// <summary>What a line does to the bytes on it. Each is applied to both directions unless it says otherwise; the same seed does the same.</summary>
public abstract record Toxic
{
    public static Toxic None { get; } = new Clear();

    /// <summary>Bytes that arrived together, as pieces that go on, each after a time since the arrival.</summary>
    /// <param name="fromDevice">Which way they go.</param>
    public abstract IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random);

    private sealed record Clear : Toxic
    {
        public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random) => [new(TimeSpan.Zero, bytes)];
    }
}

/// <summary>A piece of what arrived.</summary>
/// <param name="After">Since the arrival; a piece never overtakes the one before it.</param>
public readonly record struct Dose(TimeSpan After, byte[] Bytes)
{
    /// <summary>The line breaks here: a reset on TCP, a hang-up on a terminal.</summary>
    public bool Breaks { get; init; }
}

/// <summary>Everything is late by the same time and, with jitter, by something more.</summary>
public sealed record Latency(TimeSpan Time, TimeSpan Jitter = default) : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random) => [new(Time + Jitter * random.NextDouble(), bytes)];
}

/// <summary>Everything comes in small pieces.</summary>
public sealed record Slicer(int Longest) : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, Longest + 1), bytes.Length - at);
            yield return new(TimeSpan.Zero, bytes[at..(at + length)]);
            at += length;
        }
    }
}

/// <summary>The device's answers come byte by byte.</summary>
public sealed record Drip(TimeSpan Pause) : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random) =>
        fromDevice ? bytes.Select((b, i) => new Dose(Pause * i, [b])) : [new(TimeSpan.Zero, bytes)];
}

/// <summary>The line breaks now and then, in the middle of what the device says.</summary>
public sealed record Resets(double Chance) : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random)
    {
        if (!fromDevice || random.NextDouble() >= Chance) return [new(TimeSpan.Zero, bytes)];
        return [new(TimeSpan.Zero, bytes[..random.Next(bytes.Length)]) { Breaks = true }];
    }
}

/// <summary>The line stays and nothing passes.</summary>
public sealed record HalfOpen : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random) => [];
}

/// <summary>Wishes reach the device, its answers are lost.</summary>
public sealed record DeafEar : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random) => fromDevice ? [] : [new(TimeSpan.Zero, bytes)];
}

/// <summary>Bytes that no device says come in front of what it says. They hold no digits and no line ends: with those a line could tell anything.</summary>
public sealed record Garbage(int Longest) : Toxic
{
    public override IEnumerable<Dose> Apply(byte[] bytes, bool fromDevice, Random random)
    {
        if (!fromDevice) return [new(TimeSpan.Zero, bytes)];
        var noise = new byte[random.Next(1, Longest + 1)];
        for (var i = 0; i < noise.Length; i++) noise[i] = (byte)(random.Next(2) == 0 ? random.Next(0x80, 0x100) : random.Next(0x0E, 0x1B));
        return [new(TimeSpan.Zero, [.. noise, .. bytes])];
    }
}
