namespace AvGateway.Bench.Peers;

/// <summary>Peers that map a device to a handful of plain topics: <c>av/D/out/O</c>, <c>…/set</c> and <c>av/D/online</c>.</summary>
internal abstract class PlainPeer : Peer
{
    public override int Qos => 0;

    public override string StateFilter => "av/#";

    public override string PanelFilter(int panel) => $"av/panel-{panel}/#";

    public override int WriteTopic(Span<byte> to, int client, int device, int output)
    {
        var at = Utf8.Write(to, "av/"u8);
        at += Utf8.Write(to[at..], device);
        at += Utf8.Write(to[at..], "/out/"u8);
        at += Utf8.Write(to[at..], output);
        return at + Utf8.Write(to[at..], "/set"u8);
    }

    public override int WritePayload(Span<byte> to, int output, int input, long request) => Utf8.Write(to, input);

    public override Meaning Read(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (!Utf8.TryTake(ref topic, "av/"u8, out var device)) return default;
        if (topic.SequenceEqual("/online"u8)) return new(payload.SequenceEqual("1"u8) ? Told.Online : Told.Offline, (int)device);
        if (!Utf8.TryTake(ref topic, "/out/"u8, out var output) || !topic.IsEmpty) return default;
        return Utf8.TryTake(ref payload, [], out var input) ? new(Told.Route, (int)device, (int)output, (int)input) : default;
    }
}
