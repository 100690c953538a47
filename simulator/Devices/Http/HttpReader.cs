using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.Http;

/// <summary>Cuts a stream into requests with a length (RFC 9112), bounded like the small servers in devices are.</summary>
internal sealed class HttpReader
{
    private const int LongestHead = 8 * 1024;
    private const int LongestBody = 64 * 1024;

    private readonly List<byte> _bytes = [];
    private string[]? _head;
    private int _length;

    /// <summary>Takes one byte; true when it completed a request, or showed that there will be none.</summary>
    public bool Take(byte b, [NotNullWhen(true)] out HttpHeard? heard)
    {
        heard = null;
        _bytes.Add(b);
        if (_head is null)
        {
            if (_bytes.Count > LongestHead) return Bad(out heard);
            if (_bytes is not [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']) return false;
            _head = Encoding.Latin1.GetString([.. _bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            _bytes.Clear();
            if (_head.Length == 0)
            {
                _head = null;
                return false;
            }

            var counted = Fields().GetValueOrDefault("content-length", "0");
            if (!int.TryParse(counted, NumberStyles.None, CultureInfo.InvariantCulture, out _length) || _length > LongestBody) return Bad(out heard);
        }

        if (_bytes.Count < _length) return false;
        var line = _head[0].Split(' ');
        if (line is not [var method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"]) return Bad(out heard);
        heard = new(method, target, Fields(), Encoding.UTF8.GetString([.. _bytes]));
        Clear();
        return true;
    }

    private bool Bad(out HttpHeard heard)
    {
        heard = new("", "", new Dictionary<string, string>(), "");
        Clear();
        return true;
    }

    private Dictionary<string, string> Fields()
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in _head!.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) fields[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return fields;
    }

    private void Clear()
    {
        _bytes.Clear();
        _head = null;
        _length = 0;
    }
}
