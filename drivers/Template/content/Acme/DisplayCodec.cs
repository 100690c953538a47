using System.Buffers;
using System.Text;
using AvGateway.Drivers;

namespace Acme;

/// <summary>Lines of ASCII that end in CR, both ways. Pure: nothing is kept between calls, and no bytes make it throw.</summary>
public sealed class DisplayCodec : IWireCodec<string>
{
    private const byte End = (byte)'\r';

    public bool TryRead(ref ReadOnlySequence<byte> input, out string reply)
    {
        var reader = new SequenceReader<byte>(input);
        var isWhole = reader.TryReadTo(out ReadOnlySequence<byte> line, End);
        reply = isWhole ? Encoding.Latin1.GetString(line) : "";
        if (isWhole) input = input.Slice(reader.Position);
        return isWhole;
    }

    /// <remarks>An end inside a request would make two of it: nothing of a caller's text becomes a command of its own.</remarks>
    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Any(c => !char.IsAscii(c) || char.IsControl(c))) throw new ArgumentException("a request is one line of ASCII", nameof(request));
        Encoding.ASCII.GetBytes(request, output);
        output.Write([End]);
    }
}
