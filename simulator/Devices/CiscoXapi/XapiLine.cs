using System.Text;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>One typed line, taken apart: root word, path, parameters in order, and the id that the reply is to carry.</summary>
/// <param name="Broken">A parameter has no value.</param>
internal sealed record XapiLine(
    string Root, IReadOnlyList<string> Path, IReadOnlyList<KeyValuePair<string, string>> Parameters, string? ResultId, string? Broken)
{
    /// <summary>
    /// Reads <c>xCommand Dial Number: "a b" | resultId="1"</c> and its relatives. Words are separated by spaces or slashes.
    /// </summary>
    public static XapiLine Read(string text)
    {
        var (body, resultId) = SplitResultId(text.Trim());
        var tokens = new Tokens(body);
        var path = new List<string>();
        var parameters = new List<KeyValuePair<string, string>>();
        string? broken = null;
        while (tokens.Next(out var token, out var quoted))
        {
            var colon = quoted ? -1 : token.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                path.AddRange(quoted ? [token] : SplitPath(token));
                continue;
            }

            path.AddRange(SplitPath(token[..colon]));
            var name = path.Count > 0 ? path[^1] : "";
            if (path.Count > 0) path.RemoveAt(path.Count - 1);
            var value = token[(colon + 1)..];
            if (value.Length == 0 && !tokens.Next(out value, out _)) broken = name;
            else parameters.Add(new(name, value));
        }

        var root = path.Count > 0 ? path[0] : "";
        return new(root, path.Count > 0 ? path[1..] : path, parameters, resultId, broken);
    }

    public string? this[string name] => Parameters.LastOrDefault(each => each.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string[] SplitPath(string token)
    {
        if (token.StartsWith("//", StringComparison.Ordinal)) return ["//", .. SplitPath(token[2..])];
        return token.Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (string Body, string? ResultId) SplitResultId(string text)
    {
        var bar = text.LastIndexOf('|');
        if (bar < 0) return (text, null);
        var suffix = text[(bar + 1)..].Trim();
        const string Mark = "resultId=";
        if (!suffix.StartsWith(Mark, StringComparison.OrdinalIgnoreCase)) return (text, null);
        return (text[..bar].TrimEnd(), suffix[Mark.Length..].Trim().Trim('"'));
    }

    /// <summary>Words and quoted texts; a backslash in quotes takes the next character as it is.</summary>
    private sealed class Tokens(string text)
    {
        private int _at;

        public bool Next(out string token, out bool quoted)
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            token = "";
            quoted = _at < text.Length && text[_at] == '"';
            if (_at >= text.Length) return false;
            token = quoted ? Quoted() : Word();
            return true;
        }

        // A word ends at a space, and at the quotation mark of a value that follows its colon without one.
        private string Word()
        {
            var start = _at;
            while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && !(text[_at] == '"' && text[_at - 1] == ':')) _at++;
            return text[start.._at];
        }

        private string Quoted()
        {
            var value = new StringBuilder();
            for (_at++; _at < text.Length && text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length) _at++;
                value.Append(text[_at]);
            }

            _at++;
            return value.ToString();
        }
    }
}
