using System.Buffers;
using AvGateway.Drivers;

namespace AvGateway.Testing;

/// <summary>The law of cuts: however a stream is cut into pieces, a codec gives the same replies.</summary>
public static class WireCuts
{
    // A cut inside one frame is tried with the two frames behind it: a codec keeps nothing between calls, so the frames before cannot matter,
    // and the whole stream is fed byte by byte and in random pieces besides.
    private const int FramesBehind = 2;

    /// <summary>Every cut in two, single bytes, and seeded random pieces, each in one buffer and in a chain of small ones.</summary>
    public static void Check<TReply>(Func<IWireCodec<TReply>> codec, byte[] stream)
    {
        var (replies, ends) = Frames(codec(), stream);
        var whole = Decode(codec(), [stream], chained: false);
        foreach (var chained in (bool[])[false, true])
        {
            for (var cut = 1; cut < stream.Length; cut++) CheckCut(codec(), stream, cut, replies, ends, chained);
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

    private static (List<string> Replies, List<int> Ends) Frames<TReply>(IWireCodec<TReply> codec, byte[] stream)
    {
        var (replies, ends) = (new List<string>(), new List<int>());
        var buffer = new ReadOnlySequence<byte>(stream);
        while (codec.TryRead(ref buffer, out var reply))
        {
            replies.Add(reply!.ToString()!);
            ends.Add(stream.Length - (int)buffer.Length);
        }

        return (replies, ends);
    }

    private static void CheckCut<TReply>(IWireCodec<TReply> codec, byte[] stream, int cut, List<string> replies, List<int> ends, bool chained)
    {
        var frame = ends.FindIndex(end => cut <= end);
        if (frame < 0) frame = ends.Count;
        var start = frame == 0 ? 0 : ends[frame - 1];
        var last = Math.Min(frame + FramesBehind, ends.Count - 1);
        var stop = last < frame || last == ends.Count - 1 ? stream.Length : ends[last];
        List<string> expected = [.. replies.Skip(frame).Take(last - frame + 1)];
        var rest = stop == stream.Length ? stream[ends.LastOrDefault()..] : [];
        expected.Add($"left over: {WireNotation.Write(rest)}");
        Same(expected, Decode(codec, [stream[start..cut], stream[cut..stop]], chained), $"cut at {cut}", chained);
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
