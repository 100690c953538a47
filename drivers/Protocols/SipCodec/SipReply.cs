using System.Text.Json;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>What a line of the SIP link is.</summary>
public enum SipReplyKind { Answer, Event, Broken }

/// <summary>One line of the SIP link.</summary>
/// <param name="Id">The request that an answer belongs to.</param>
/// <param name="Event">The name of an event.</param>
public sealed record SipReply(SipReplyKind Kind, long Id, string Event, JsonElement Json)
{
    /// <summary>The SIP status, 0 when the device was silent.</summary>
    public int Status => (int)Number("status");

    public string Reason => Text("reason");

    public bool IsSuccess => Status is >= 100 and < 300;

    public string Text(string member) => TextOf(Json, member);

    public double Number(string member) => NumberOf(Json, member) ?? 0;

    public bool Flag(string member) => FlagOf(Json, member);

    /// <summary>The members of a list; none when there is no such list.</summary>
    public IEnumerable<JsonElement> List(string member) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object)
            : [];

    public static string TextOf(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    public static double? NumberOf(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var value)
            ? value
            : null;

    public static bool FlagOf(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var flag) && flag.ValueKind == JsonValueKind.True;

    public override string ToString() => $"{Kind} {Id} {Event} {(Json.ValueKind == JsonValueKind.Undefined ? "" : Json.GetRawText())}";
}
