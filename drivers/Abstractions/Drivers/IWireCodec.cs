using System.Buffers;

namespace AvGateway.Drivers;

/// <summary>Bytes to replies and back. Pure: no clock, no I/O, no memory between calls.</summary>
public interface IWireCodec<TReply>
{
    /// <summary>Takes one whole reply off the front of <paramref name="input"/>, or nothing if it is not all there yet.</summary>
    /// <remarks>Never throws, whatever the bytes are: garbage becomes a reply that says so, or is skipped to the next frame end.</remarks>
    bool TryRead(ref ReadOnlySequence<byte> input, out TReply reply);

    /// <summary>Writes one request with its frame end. A delimiter inside <paramref name="request"/> that the driver did not mean is a bug
    /// and throws <see cref="ArgumentException"/>: nothing of a caller's text may become a second frame (I19).</summary>
    void Write(string request, IBufferWriter<byte> output);

    /// <summary>The bytes of this request are a secret: they are written and never traced (I20).</summary>
    bool Hides(string request) => false;

    /// <summary>Bytes without a whole reply after which the stream is taken for garbage and the link is reopened.</summary>
    int MaxReplyLength => 4096;
}
