using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using AvGateway.Drivers.Http;

namespace AvGateway.Drivers.Protocols.EpiphanPearl;

/// <summary>What a recorder says of itself.</summary>
internal enum PearlState { Other, Stopped, Starting, Started, Paused, Stopping }

/// <summary>State and counter of one recorder.</summary>
internal readonly record struct PearlStatus(PearlState State, string Word, TimeSpan Duration);

/// <summary>The envelope around every answer: <c>{"status":"ok","result":…}</c>, or a message why not.</summary>
internal static class PearlAnswer
{
    private const int Deepest = 16;

    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = Deepest };

    /// <summary>False for anything but a good answer; then <paramref name="why"/> has the device's words.</summary>
    public static bool TryResult(HttpReply reply, out JsonElement result, [NotNullWhen(false)] out string? why)
    {
        result = default;
        why = reply.Words;
        if (!TryParse(reply.Body, out var root) || root.ValueKind is not JsonValueKind.Object) return false;
        var isOk = Text(root, "status") == "ok";
        if (Text(root, "message") is { Length: > 0 } message) why = $"{why}: {message}";
        if (!reply.IsGood || !isOk) return false;
        why = null;

        // A command is answered without a result.
        root.TryGetProperty("result", out result);
        return true;
    }

    public static bool TryStatus(JsonElement result, out PearlStatus status)
    {
        status = default;
        if (result.ValueKind is not JsonValueKind.Object || Text(result, "state") is not { } word) return false;
        var state = word switch
        {
            "stopped" => PearlState.Stopped,
            "starting" => PearlState.Starting,
            "started" => PearlState.Started,
            "paused" => PearlState.Paused,
            "stopping" => PearlState.Stopping,
            _ => PearlState.Other,
        };
        status = new(state, word, TimeSpan.FromSeconds(Number(result, "duration") is { } seconds && seconds is >= 0 and < 10_000_000 ? seconds : 0));
        return true;
    }

    public static string? Text(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;

    /// <summary>Numbers come as numbers or as texts, by version.</summary>
    public static double? Number(JsonElement parent, string name)
    {
        if (parent.ValueKind is not JsonValueKind.Object || !parent.TryGetProperty(name, out var found)) return null;
        if (found.ValueKind is JsonValueKind.Number && found.TryGetDouble(out var number)) return number;
        return found.ValueKind is JsonValueKind.String && double.TryParse(found.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number) ? number : null;
    }

    /// <summary>A time with its zone, one without (local to the device), or seconds since 1970.</summary>
    public static bool TryDate(JsonElement parent, string name, TimeSpan zone, out DateTimeOffset date)
    {
        date = default;
        if (Number(parent, name) is { } seconds)
        {
            if (seconds is < 0 or > 253_402_300_799) return false;
            date = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
            return true;
        }

        if (Text(parent, name) is not { } text) return false;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read)) return false;
        if (read.Kind is not DateTimeKind.Unspecified) return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
        date = new(read, zone);
        return true;
    }

    private static bool TryParse(string body, out JsonElement root)
    {
        root = default;
        try
        {
            using var document = JsonDocument.Parse(body, Bounded);
            root = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            // A page for people, or half an answer: the caller tells the status line instead.
            return false;
        }
    }
}
