namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>One frame of the device, without what only parts it from the next: profiles say what it means.</summary>
public sealed record ProfiledReply(ReadOnlyMemory<byte> Frame)
{
    /// <summary>For people: as text where it is text, else in hex.</summary>
    public string Words => Frame.Span.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0
        ? System.Text.Encoding.ASCII.GetString(Frame.Span)
        : string.Join(' ', Convert.ToHexString(Frame.Span).Chunk(2).Select(pair => new string(pair)));

    public override string ToString() => Convert.ToHexString(Frame.Span);
}
