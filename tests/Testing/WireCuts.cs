using System.Buffers;
using AvGateway.Drivers;

namespace AvGateway.Testing;

/// <summary>The law of cuts: however a stream is cut into pieces, a codec gives the same replies.</summary>
public static class WireCuts
{
    /// <summary>Every cut in two, single bytes, and seeded random pieces, each in one buffer and in a chain of small ones.</summary>
    public static void Check<TReply>(Func<IWireCodec<TReply>> codec, byte[] stream)
    {
        var whole = Decode(codec(), [stream], chained: false);
        foreach (var chained in (bool[])[false, true])
        {
            for (var cut = 1; cut < stream.Length; cut++) Same(whole, Decode(codec(), [stream[..cut], stream[cut..]], chained), $"cut at {cut}", chained);
            Same(whole, Decode(codec(), stream.Select(b => new[] { b }), chained), "single bytes", chained);
            for (var seed = 1; seed <= 20; seed++) Same(whole, Decode(codec(), Pieces(stream, new(seed)), chained), $"pieces of seed {seed}", chained);
        }
    }

    /// <summary>What a codec makes of these pieces, each reply as text; what is left over stands last.</summary>
    public static List<string> Decode<TReply>(IWireCodec<TReply> codec, IEnumerable<byte[]> pieces, bool chained = false)
    {
        var replies = new List<string>();
        var pending = Array.Empty<byte>();
        foreach (var piece in pieces)
        {
            byte[] all = [.. pending, .. piece];
            var buffer = chained ? Chain(all) : new(all);
            while (codec.TryRead(ref buffer, out var reply)) replies.Add(reply!.ToString()!);
            pending = buffer.ToArray();
        }

        replies.Add($"left over: {WireNotation.Write(pending)}");
        return replies;
    }

    private static void Same(List<string> whole, List<string> cut, string how, bool chained)
    {
        if (whole.SequenceEqual(cut)) return;
        Xunit.Assert.Fail($"{how}{(chained ? ", chained" : "")}\nwhole:\n  {string.Join("\n  ", whole)}\ncut:\n  {string.Join("\n  ", cut)}");
    }

    private static IEnumerable<byte[]> Pieces(byte[] stream, Random random)
    {
        for (var at = 0; at < stream.Length;)
        {
            var length = Math.Min(1 + (int)Math.Exp(random.NextDouble() * Math.Log(64)), stream.Length - at);
            yield return stream[at..(at + length)];
            at += length;
        }
    }

    private static ReadOnlySequence<byte> Chain(byte[] bytes)
    {
        const int size = 7;
        var first = new Link(bytes.AsMemory(0, Math.Min(size, bytes.Length)), null);
        var last = first;
        for (var at = size; at < bytes.Length; at += size) last = new(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), last);
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Link : ReadOnlySequenceSegment<byte>
    {
        public Link(ReadOnlyMemory<byte> memory, Link? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
