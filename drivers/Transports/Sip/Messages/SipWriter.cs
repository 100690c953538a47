using System.Buffers;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Writes messages. Content-Length is always the length of the body, whatever the list says.</summary>
public static class SipWriter
{
    public static void Write(SipMessage message, IBufferWriter<byte> output)
    {
        if (message is SipRequest request) Put(output, $"{request.Method} {request.Uri} SIP/2.0\r\n");
        else if (message is SipResponse response) Put(output, $"SIP/2.0 {SipMessage.Text(response.Status)} {response.Reason}\r\n");
        foreach (var (name, value) in message.Headers)
        {
            if (ReferenceEquals(name, SipHeaders.ContentLength)) continue;
            Put(output, name);
            Put(output, ": ");
            Put(output, value);
            Put(output, "\r\n");
        }

        Put(output, $"{SipHeaders.ContentLength}: {SipMessage.Text(message.Body.Length)}\r\n\r\n");
        output.Write(message.Body.Span);
    }

    public static byte[] ToBytes(SipMessage message)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Write(message, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Put(IBufferWriter<byte> output, string text) => Encoding.Latin1.GetBytes(text, output);
}
