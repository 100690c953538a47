using AvGateway.Links;

namespace AvGateway.Host.Site;

/// <summary>Secrets stand in a site file only as <c>file:PATH</c> (relative to it) or <c>env:NAME</c>.</summary>
internal static class SecretReference
{
    public const string Form = "write \"file:PATH\" or \"env:NAME\"; a secret itself never stands in the site file";

    /// <summary>Null with a finding's words when there is no such secret. The words never hold the secret.</summary>
    public static Secret? Resolve(string reference, string folder, out string? why)
    {
        why = null;
        if (reference.StartsWith("env:", StringComparison.Ordinal))
        {
            var name = reference["env:".Length..];
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) return new(value);
            why = $"the environment has no {name}";
            return null;
        }

        if (!reference.StartsWith("file:", StringComparison.Ordinal))
        {
            why = "this is not a reference to a secret";
            return null;
        }

        var path = Path.Combine(folder, reference["file:".Length..]);
        try
        {
            var text = File.ReadAllText(path).TrimEnd('\r', '\n');
            if (text.Length > 0) return new(text);
            why = $"{path} is empty";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            why = $"{path} cannot be read: {unreadable.Message}";
        }

        return null;
    }
}
