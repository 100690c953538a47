using System.Globalization;

namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>The words of one model: how a route is made, read and told, and what stands for "no input".</summary>
/// <param name="isLayered"><c>ROUTE layer,output,input</c> instead of <c>VID input>output</c>, <c>AUD</c> and <c>AV</c>.</param>
/// <param name="videoLayer">Number of the video layer of <c>ROUTE</c>; the audio layer is the next one.</param>
/// <param name="offCode">One of the words of the option: <c>0</c>, <c>inputs+1</c>, <c>x</c>.</param>
internal sealed class KramerDialect(bool isLayered, int videoLayer, string offCode)
{
    public const string OffIsZero = "0", OffIsBehindInputs = "inputs+1", OffIsLetter = "x";

    private const string Layered = "ROUTE";
    private const int MostDigits = 4;

    public bool IsLayered => isLayered;

    /// <summary>Several planes can be set by one request.</summary>
    public bool HasBoth => !isLayered;

    /// <summary>The long name with which requests on this plane begin, and their answers.</summary>
    public string Name(KramerPlane plane) =>
        isLayered ? Layered : plane switch { KramerPlane.Video => "VID", KramerPlane.Audio => "AUD", _ => "AV" };

    public string Set(KramerPlane plane, int input, int output, int inputs) => isLayered
        ? string.Create(CultureInfo.InvariantCulture, $"{Layered} {Layer(plane)},{output},{Source(input, inputs)}")
        : $"{Name(plane)} {Source(input, inputs)}>{output.ToString(CultureInfo.InvariantCulture)}";

    public string Read(KramerPlane plane, int output) => isLayered
        ? string.Create(CultureInfo.InvariantCulture, $"{Layered}? {Layer(plane)},{output}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name(plane)}? {output}");

    /// <summary>Reads every output by one request; null where the dialect has none.</summary>
    public string? ReadAll(KramerPlane plane) => isLayered ? null : $"{Name(plane)}? *";

    /// <summary>The routes that a line tells; none for a line about something else or one that cannot be understood whole.</summary>
    public IReadOnlyList<KramerRoute> Routes(KramerReply reply, int inputs)
    {
        if (reply.Kind is not KramerReplyKind.Answer) return [];
        if (reply.Name == Layered) return isLayered ? LayeredRoute(reply.Parameters, inputs) : [];
        KramerPlane? plane = reply.Name switch { "VID" => KramerPlane.Video, "AUD" => KramerPlane.Audio, "AV" => KramerPlane.Both, _ => null };
        return plane is { } told ? CrossPoints(told, reply.Parameters, inputs) : [];
    }

    private List<KramerRoute> CrossPoints(KramerPlane plane, string parameters, int inputs)
    {
        var routes = new List<KramerRoute>();
        foreach (var range in parameters.AsSpan().Split(','))
        {
            var pair = parameters.AsSpan()[range].Trim();
            var arrow = pair.IndexOf('>');
            if (arrow < 0 || !TryInput(pair[..arrow], inputs, out var input) || !TryOutput(pair[(arrow + 1)..], out var output)) return [];
            routes.Add(new(plane, output, input));
        }

        return routes;
    }

    private List<KramerRoute> LayeredRoute(string parameters, int inputs)
    {
        if (parameters.Split(',') is not [var layer, var destination, var source]) return [];
        if (!TryNumber(layer, out var number) || Plane(number) is not { } plane) return [];
        return TryOutput(destination, out var output) && TryInput(source, inputs, out var input) ? [new(plane, output, input)] : [];
    }

    private int Layer(KramerPlane plane) => plane is KramerPlane.Audio ? videoLayer + 1 : videoLayer;

    private KramerPlane? Plane(int layer) => layer == videoLayer ? KramerPlane.Video : layer == videoLayer + 1 ? KramerPlane.Audio : null;

    private string Source(int input, int inputs) => (input, offCode) switch
    {
        (0, OffIsBehindInputs) => (inputs + 1).ToString(CultureInfo.InvariantCulture),
        (0, OffIsLetter) => OffIsLetter,
        _ => input.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>False for what has no source's form; a source that is not there is <see cref="KramerRoute.UnknownInput"/>.</summary>
    private bool TryInput(ReadOnlySpan<char> word, int inputs, out int input)
    {
        input = KramerRoute.UnknownInput;
        word = word.Trim();
        if (word.Equals(OffIsLetter, StringComparison.OrdinalIgnoreCase))
        {
            if (offCode == OffIsLetter) input = 0;
            return true;
        }

        if (!TryNumber(word, out var number)) return false;
        if (number >= 1 && number <= inputs) input = number;
        else if (offCode == OffIsZero ? number == 0 : offCode == OffIsBehindInputs && number == inputs + 1) input = 0;
        return true;
    }

    private static bool TryOutput(ReadOnlySpan<char> word, out int output)
    {
        word = word.Trim();
        output = KramerRoute.AllOutputs;
        return word.SequenceEqual("*") || (TryNumber(word, out output) && output > 0);
    }

    private static bool TryNumber(ReadOnlySpan<char> word, out int number)
    {
        number = 0;
        word = word.Trim();
        return word.Length is > 0 and <= MostDigits && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
