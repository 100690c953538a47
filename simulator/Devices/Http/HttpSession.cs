using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.Http;

/// <summary>One connection of a device that serves HTTP: requests in, answers out, kept open until one side wishes to close it.</summary>
internal abstract class HttpSession(Connection connection) : Session(connection)
{
    private readonly HttpReader _reader = new();

    /// <summary>Every answer is the last one of its connection.</summary>
    protected virtual bool ClosesEach => false;

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (!_reader.Take(b, out var heard)) continue;
            if (heard.Method.Length == 0)
            {
                Answer(400, "Bad Request", "text/plain", "");
                Close("not a request");
                return;
            }

            Note(heard);
            Obey(heard);
            if (ClosesEach || "close".Equals(heard["Connection"], StringComparison.OrdinalIgnoreCase)) Close("last answer of this connection");
        }
    }

    /// <summary>Puts what was understood into the trace, without the log-in.</summary>
    protected abstract void Note(HttpHeard heard);

    protected abstract void Obey(HttpHeard heard);

    public void Answer(int status, string reason, string contentType, string body, params string[] fields)
    {
        var length = Encoding.UTF8.GetByteCount(body);
        var more = string.Concat(fields.Select(field => field + "\r\n"));
        Say(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {reason}\r\nContent-Type: {contentType}\r\nContent-Length: {length}\r\n{more}\r\n{body}"));
    }
}
