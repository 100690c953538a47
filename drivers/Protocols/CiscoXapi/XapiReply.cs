using System.Text.Json;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>What came over the line.</summary>
public enum XapiReplyKind
{
    /// <summary>A line of text: a banner, an echo, <c>OK</c>.</summary>
    Line,

    /// <summary><c>login:</c>, which has no line end.</summary>
    LoginPrompt,

    /// <summary><c>Password:</c>, which has no line end.</summary>
    PasswordPrompt,

    /// <summary>A whole JSON object.</summary>
    Object,

    /// <summary>An object that was cut off or spoiled.</summary>
    Broken,
}

/// <summary>One reply, event or line. An object without a result id was told unasked.</summary>
public readonly record struct XapiReply(XapiReplyKind Kind, string Text, JsonElement Json = default)
{
    /// <summary>The id that the question carried, or empty.</summary>
    public string ResultId => Kind is XapiReplyKind.Object && Json.TryGetProperty(nameof(ResultId), out var id) && id.ValueKind is JsonValueKind.String
        ? id.GetString()! : "";

    public bool IsOk => Kind is XapiReplyKind.Line && Text == "OK";

    public override string ToString() => Kind is XapiReplyKind.Object ? $"Object {Json.GetRawText()}" : $"{Kind} {Text}";
}
