using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Commands;

/// <summary>Words of an answer's <c>phase</c>.</summary>
public static class Phases
{
    public const string Accepted = "accepted";
    public const string Sent = "sent";
    public const string Acknowledged = "acked";
    public const string Verified = "verified";
    public const string Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Accepted, Sent, Acknowledged, Verified, Failed];
}

/// <summary>What a final answer tells beside its code.</summary>
/// <param name="Attempts">How often a frame went out.</param>
public readonly record struct FinalDetails(TimeSpan Elapsed, int Attempts = 0, Reading? Reported = null, string? Fault = null, TimeSpan? RetryAfter = null);

/// <summary>Writes answers as CONTRACT §3 shows them.</summary>
/// <param name="site">First level of the <c>device</c> member.</param>
public sealed class AnswerWriter(string site)
{
    /// <param name="position">Accepted commands of this device that are ahead and not ended.</param>
    public Answer Accepted(string id, DeviceId device, int position, DateTimeOffset deadline)
    {
        var payload = Begin(id, Phases.Accepted, false, AnswerCodes.Accepted, AnswerCodes.Accepted.Says, device);
        payload.Json.WriteNumber("position"u8, position);
        payload.Json.WriteTime("deadline"u8, deadline);
        return End(payload, false, AnswerCodes.Accepted);
    }

    /// <summary>A step on the way: <see cref="Phases.Sent"/> or <see cref="Phases.Acknowledged"/>.</summary>
    public Answer Step(string id, DeviceId device, string phase, TimeSpan elapsed)
    {
        var title = phase == Phases.Sent ? new Wording("已发送至设备", "sent to the device") : new("设备已应答", "acknowledged by the device");
        var payload = Begin(id, phase, false, AnswerCodes.Accepted, title, device);
        payload.Json.WriteNumber("elapsedMs"u8, Whole(elapsed));
        return End(payload, false, AnswerCodes.Accepted);
    }

    /// <param name="device">Null when the request names none.</param>
    public Answer Final(string id, DeviceId? device, AnswerCode code, Wording title, bool retryable, in FinalDetails details)
    {
        var phase = code.Stat is 200 or 203 ? Phases.Verified : Phases.Failed;
        var payload = Begin(id, phase, true, code, title, device);
        var json = payload.Json;
        json.WriteBoolean("retryable"u8, retryable);
        json.WriteNumber("attempts"u8, details.Attempts);
        json.WriteNumber("elapsedMs"u8, Whole(details.Elapsed));
        if (details.RetryAfter is { } after) json.WriteNumber("retryAfterMs"u8, Whole(after));
        if (details.Reported is { } reported)
        {
            json.WriteStartObject("reported"u8);
            json.WriteValue("v"u8, reported.Value);
            json.WriteString("q"u8, ReadingWords.Of(reported.Quality));
            json.WriteEndObject();
        }

        if (details.Fault is { } fault) json.WriteString("fault"u8, fault);
        return End(payload, true, code);
    }

    /// <summary>An answer about a whole room.</summary>
    /// <param name="scene">Last levels of the <c>scene</c> member: room, <c>$scene</c>, id.</param>
    /// <param name="more">Members beyond those of every answer.</param>
    public Answer OfRoom(string id, string scene, bool final, AnswerCode code, string title, TimeSpan elapsed, Action<Utf8JsonWriter>? more = null)
    {
        var phase = !final ? Phases.Accepted : code.Stat is 200 ? Phases.Verified : Phases.Failed;
        var payload = Begin(id, phase, final, code, new(code.Zh, title), null);
        var json = payload.Json;
        json.WriteString("scene"u8, $"{site}/{scene}");
        if (final) json.WriteBoolean("retryable"u8, code.Retryable);
        json.WriteNumber("elapsedMs"u8, Whole(elapsed));
        more?.Invoke(json);
        return End(payload, final, code);
    }

    /// <summary>An answer about something of the whole site.</summary>
    /// <param name="member">What it is about, as the member that names it.</param>
    /// <param name="target">Its topic levels below the site.</param>
    /// <param name="more">Members beyond those of every answer.</param>
    public Answer OfSite(string id, string member, string target, bool final, AnswerCode code, string title, TimeSpan elapsed, Action<Utf8JsonWriter>? more = null)
    {
        var phase = !final ? Phases.Accepted : code.Stat is 200 ? Phases.Verified : Phases.Failed;
        var payload = Begin(id, phase, final, code, new(code.Zh, title), null);
        var json = payload.Json;
        json.WriteString(member, $"{site}/{target}");
        if (final) json.WriteBoolean("retryable"u8, code.Retryable);
        json.WriteNumber("elapsedMs"u8, Whole(elapsed));
        more?.Invoke(json);
        return End(payload, final, code);
    }

    /// <summary>An answer about something that the gateway itself does.</summary>
    public Answer OfAct(string id, bool final, Refusal outcome, TimeSpan elapsed, Action<Utf8JsonWriter>? more = null)
    {
        var code = outcome.Code;
        var phase = !final ? Phases.Accepted : code.Stat is 200 ? Phases.Verified : Phases.Failed;
        var payload = Begin(id, phase, final, code, outcome.Says, null);
        var json = payload.Json;
        if (final) json.WriteBoolean("retryable"u8, code.Retryable);
        json.WriteNumber("elapsedMs"u8, Whole(elapsed));
        if (outcome.RetryAfter is { } after) json.WriteNumber("retryAfterMs"u8, Whole(after));
        more?.Invoke(json);
        return End(payload, final, code);
    }

    /// <summary>An answer about a fault.</summary>
    public Answer OfFault(string id, string fault, bool final, AnswerCode code, string title, TimeSpan elapsed)
    {
        var phase = !final ? Phases.Accepted : code.Stat is 200 ? Phases.Verified : Phases.Failed;
        var payload = Begin(id, phase, final, code, new(code.Zh, title), null);
        var json = payload.Json;
        json.WriteString("fault"u8, fault);
        if (final) json.WriteBoolean("retryable"u8, code.Retryable);
        json.WriteNumber("elapsedMs"u8, Whole(elapsed));
        return End(payload, final, code);
    }

    /// <summary>An answer about the whole site or several rooms of it.</summary>
    /// <param name="more">Members beyond those of every answer.</param>
    public Answer OfSite(string id, bool final, AnswerCode code, string title, TimeSpan elapsed, Action<Utf8JsonWriter>? more = null)
    {
        var phase = !final ? Phases.Accepted : code.Stat is 200 ? Phases.Verified : Phases.Failed;
        var payload = Begin(id, phase, final, code, new(code.Zh, title), null);
        var json = payload.Json;
        if (final) json.WriteBoolean("retryable"u8, code.Retryable);
        json.WriteNumber("elapsedMs"u8, Whole(elapsed));
        more?.Invoke(json);
        return End(payload, final, code);
    }

    public Answer Refused(string id, DeviceId? device, Refusal refusal, TimeSpan elapsed) =>
        Final(id, device, refusal.Code, refusal.Says, refusal.Code.Retryable, new(elapsed, RetryAfter: refusal.RetryAfter));

    private PayloadWriter Begin(string id, string phase, bool final, AnswerCode code, Wording title, DeviceId? device)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("phase"u8, phase);
        json.WriteBoolean("final"u8, final);
        json.WriteNumber("stat"u8, code.Stat);
        json.WriteString("code"u8, code.Code);
        json.WriteSaid("title", title);
        if (device is { } named) json.WriteString("device"u8, $"{site}/{named.Room}/{named.Name}");
        return payload;
    }

    private static Answer End(PayloadWriter payload, bool final, AnswerCode code)
    {
        payload.Json.WriteEndObject();
        return new(final, code.Stat, code.Code, payload.Take());
    }

    private static long Whole(TimeSpan span) => span <= TimeSpan.Zero ? 0 : (long)span.TotalMilliseconds;
}
