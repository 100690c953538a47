using System.Globalization;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

internal enum XapiVerb
{
    /// <summary>Do something.</summary>
    Command,

    /// <summary>Read a part of the status tree.</summary>
    Status,
}

/// <summary>A parameter of a command: a number, a word of the API, or a text of somebody's.</summary>
internal sealed record XapiArgument(string Name, string Value, XapiArgument.As Kind)
{
    internal enum As { Number, Word, Text }

    public static XapiArgument Number(string name, long value) => new(name, value.ToString(CultureInfo.InvariantCulture), As.Number);

    public static XapiArgument Word(string name, string value) => new(name, value, As.Word);

    public static XapiArgument Text(string name, string value) => new(name, value, As.Text);
}

/// <summary>A request in the vocabulary that all framings share.</summary>
/// <param name="Path">Words with single spaces between them, such as <c>Audio Volume Set</c>.</param>
internal sealed record XapiRequest(XapiVerb Verb, string Path, params IReadOnlyList<XapiArgument> Arguments)
{
    public static XapiRequest Command(string path, params IReadOnlyList<XapiArgument> arguments) => new(XapiVerb.Command, path, arguments);

    public static XapiRequest Status(string path) => new(XapiVerb.Status, path);
}
