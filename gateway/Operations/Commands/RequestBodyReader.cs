using System.Text.Json;
using System.Text.Unicode;
using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>Reads <c>{"args":{…},"id":"…","ttl":…}</c> strictly: unknown and repeated members are refused. Never throws, whatever the bytes are.</summary>
public static class RequestBodyReader
{
    private const double LongestTtl = 1e9;

    /// <param name="body">What could be read. After a refusal it still holds the <c>id</c> if that came first, so that the refusal finds its way.</param>
    public static Refusal? Read(ReadOnlySpan<byte> payload, out RequestBody body)
    {
        body = RequestBody.Empty;
        if (payload.IsEmpty) return null;
        if (payload.Length > RequestBody.MostBytes) return new(AnswerCodes.TooLarge);
        if (!Utf8.IsValid(payload)) return Malformed("the payload is not UTF-8");
        var draft = default(Draft);
        Refusal? refusal;
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = RequestBody.MostLevels });
            refusal = ReadWhole(ref reader, ref draft);
        }
        catch (JsonException wrong)
        {
            refusal = Malformed($"the payload is not JSON of at most {RequestBody.MostLevels} levels (byte {wrong.BytePositionInLine ?? 0})");
        }

        body = new(draft.Args ?? (IReadOnlyList<RawArgument>)[], draft.Id, draft.Ttl);
        return refusal;
    }

    private struct Draft
    {
        public List<RawArgument>? Args;
        public string? Id;
        public TimeSpan? Ttl;
    }

    private static Refusal? ReadWhole(ref Utf8JsonReader reader, ref Draft draft)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return Malformed("the payload is not a JSON object");
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (ReadMember(ref reader, ref draft) is { } refusal) return refusal;
        }

        // The reader throws for anything after the closing brace.
        return reader.Read() ? Malformed("something follows the JSON object") : null;
    }

    private static Refusal? ReadMember(ref Utf8JsonReader reader, ref Draft draft)
    {
        if (reader.ValueTextEquals("args"u8)) return draft.Args is null ? ReadArgs(ref reader, ref draft) : Twice("args");
        if (reader.ValueTextEquals("id"u8)) return draft.Id is null ? ReadId(ref reader, ref draft) : Twice("id");
        if (reader.ValueTextEquals("ttl"u8)) return draft.Ttl is null ? ReadTtl(ref reader, ref draft) : Twice("ttl");
        return Malformed($"unknown member \"{Shown(ref reader)}\"; a request has args, id and ttl");
    }

    private static Refusal? ReadId(ref Utf8JsonReader reader, ref Draft draft)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.String || Text(ref reader) is not { } id) return new(AnswerCodes.BadId, "\"id\" is not a text");
        if (!RequestId.IsUsable(id)) return new(AnswerCodes.BadId, RequestId.Rule);
        draft.Id = id;
        return null;
    }

    private static Refusal? ReadTtl(ref Utf8JsonReader reader, ref Draft draft)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.Number || !reader.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= LongestTtl))
        {
            return Malformed("\"ttl\" is not a number of seconds, zero or more");
        }

        draft.Ttl = TimeSpan.FromSeconds(seconds);
        return null;
    }

    private static Refusal? ReadArgs(ref Utf8JsonReader reader, ref Draft draft)
    {
        draft.Args = [];
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject) return Malformed("\"args\" is not an object");
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (Text(ref reader) is not { } name) return Malformed("the name of an argument is not a text");
            if (draft.Args.Exists(a => a.Name == name)) return Twice(SafeText.Shown(name));
            if (draft.Args.Count == MostArguments) return Malformed($"more than {MostArguments} arguments");
            reader.Read();
            draft.Args.Add(ReadArgument(ref reader, name));
        }

        return null;
    }

    // Looking for doubles is quadratic: this keeps 64 KiB of tiny members cheap.
    private const int MostArguments = 64;

    private static RawArgument ReadArgument(ref Utf8JsonReader reader, string name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref reader) is { } text ? new(name, text) : new(name, Value.None, ArgumentShape.BrokenText);
            case JsonTokenType.Number when reader.TryGetInt64(out var integer): return new(name, integer);
            case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number): return new(name, number);
            case JsonTokenType.True: return new(name, true);
            case JsonTokenType.False: return new(name, false);
            case JsonTokenType.Null or JsonTokenType.Number: return new(name, Value.None);
            default:
                reader.Skip();
                return new(name, Value.None, ArgumentShape.Composite);
        }
    }

    // The bytes are valid UTF-8, so what GetString still refuses is an escaped half of a surrogate pair.
    private static string? Text(ref Utf8JsonReader reader)
    {
        try { return reader.GetString(); }
        catch (InvalidOperationException) { return null; }
    }

    private static string Shown(ref Utf8JsonReader reader) => Text(ref reader) is { } name ? SafeText.Shown(name) : "?";

    private static Refusal Twice(string name) => Malformed($"\"{name}\" stands there twice");

    private static Refusal Malformed(string title) => new(AnswerCodes.Malformed, title);
}
