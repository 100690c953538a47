using AvGateway.Simulator.Devices;

namespace AvGateway.Faults.Courts;

/// <summary>Finds in a frame the one effect that it has, by the vendor's words: <c>output&gt;input</c> for a route, <c>record NAME</c>, <c>stop</c>.</summary>
internal static class EffectReader
{
    private const string Routing = @"VIDEO OUTPUT ROUTING:\n";
    private const string RecordNamed = "record: name: ";

    /// <summary>Null for a frame that changes nothing: greetings, questions, pings.</summary>
    public static string? Of(string protocol, TraceFrame frame)
    {
        if (frame.Direction is not TraceDirection.Received) return null;
        return protocol switch
        {
            "videohub" => Route(frame.Text),
            "extron-sis" => Tie(frame.Text),
            "hyperdeck" => Transport(frame.Text),
            _ => null,
        };
    }

    private static string? Route(string text) =>
        text.StartsWith(Routing, StringComparison.Ordinal) && text[Routing.Length..].Replace(@"\n", "", StringComparison.Ordinal).Split(' ') is [var output, var input]
            ? $"{output}>{input}"
            : null;

    // 7*3! ties input 7 to output 3 on all planes; % and $ tie one plane.
    private static string? Tie(string text) =>
        text.Split('*') is [var input, var output] && output is [.., '!' or '%' or '$'] && input.All(char.IsAsciiDigit) ? $"{output[..^1]}>{input}" : null;

    private static string? Transport(string text)
    {
        var line = text.Replace(@"\r\n", "", StringComparison.Ordinal);
        if (line.StartsWith(RecordNamed, StringComparison.Ordinal)) return $"record {line[RecordNamed.Length..]}";
        return line is "stop" or "record" ? line : null;
    }
}
