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

    /// <summary>A tree of the codec: an answer when it carries an id, else told unasked.</summary>
    Object,

    /// <summary>JSON-RPC: a request failed; the text says why, the tree holds what the codec adds.</summary>
    Refusal,

    /// <summary>JSON-RPC: the API is not there yet, as while the codec starts.</summary>
    NotReady,

    /// <summary>An object that was cut off or spoiled.</summary>
    Broken,
}

/// <summary>One reply, event or line, whatever the framing was.</summary>
/// <param name="ResultId">The id that the question carried, or empty.</param>
public readonly record struct XapiReply(XapiReplyKind Kind, string Text, JsonElement Json = default, string ResultId = "")
{
    public bool IsOk => Kind is XapiReplyKind.Line && Text == "OK";

    /// <summary>Answers a question, well or badly.</summary>
    public bool IsAnswer => ResultId.Length > 0;

    /// <summary>Why a request failed, in the device's words; null when it did not fail.</summary>
    public string? Failure => Kind is XapiReplyKind.Refusal or XapiReplyKind.NotReady ? Text : XapiTree.Failure(Json);

    /// <summary>The answer says that the part of the tree that was asked for is not there: there is no call, or this software has no such leaf.</summary>
    public bool IsNoMatch => Failure is { } words && words.Contains(XapiWords.NoMatch, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{Kind} {ResultId} {Text}{(Json.ValueKind is JsonValueKind.Undefined ? "" : Json.GetRawText())}";
}
