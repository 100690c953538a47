namespace AvGateway.LineWatch.Streams;

/// <summary>Where a call said that it listens for media.</summary>
/// <param name="Call">The call's short name.</param>
/// <param name="Kind"><c>audio</c>, <c>video</c> …</param>
/// <param name="Codecs">Payload types that it named.</param>
internal sealed record MediaPlace(string Call, string Kind, IReadOnlyDictionary<byte, Codec> Codecs)
{
    public Codec? CodecOf(byte payloadType) => Codecs.TryGetValue(payloadType, out var codec) ? codec : null;
}
