using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>The page about a profile, made out of the profile itself: what it says is what the gateway does.</summary>
public static class ProfileDocument
{
    public static string Write(Profile profile) => Write(profile, Grade.Bench);

    internal static string Write(Profile profile, Grade grade)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var manifest = ProfileManifest.Of(profile, grade);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {profile.Models}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Driver `{profile.Driver}` · Class: {profile.Class} · Grade: {grade} · not tried on hardware\n\n");
        text.Append("Made out of the profile by `avgateway profile doc`; what is wrong here is wrong there.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Source: {profile.Source}.\n\n");
        if (profile.IsBlind)
            text.Append("**Nothing can be read back.** What is shown is what was sent last, with quality `assumed`; every command ends as 203, acknowledged only. Whether the device did it is known from what hangs on it.\n\n");
        WriteWiring(text, profile);
        WriteVerbs(text, profile);
        WriteProperties(text, profile);
        WritePace(text, profile, manifest.Reply);
        WriteOptions(text, profile);
        WriteNotes(text, profile);
        WriteFaults(text, manifest);
        text.Append("## States\n\n```mermaid\n").Append(string.Join('\n', manifest.Diagram().ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n')).Append("\n```\n");
        return text.ToString();
    }

    private static void WriteWiring(StringBuilder text, Profile profile)
    {
        text.Append("## Wiring\n\n");
        foreach (var link in profile.Links)
        {
            text.Append(link.Scheme == "serial" ? $"* `serial:/dev/ttyS0` — {link.Defaults}\n"
                : link.DefaultPort is { } port ? string.Create(CultureInfo.InvariantCulture, $"* `tcp://HOST` — port {port}\n")
                : "* `tcp://HOST:PORT` — a serial device server in raw mode\n");
        }

        text.Append('\n');
    }

    private static void WriteVerbs(StringBuilder text, Profile profile)
    {
        if (profile.Verbs.Count == 0) return;
        text.Append("## Verbs\n\n| verb | sends | the device's yes | done when |\n| --- | --- | --- | --- |\n");
        foreach (var verb in profile.Verbs)
        {
            var arguments = verb.Spec.Arguments.Count == 0 ? "" : " {" + string.Join(", ", verb.Spec.Arguments.Select(a => a.Name)) + "}";
            var done = verb.Effect is not { } effect ? "acknowledged only"
                : string.Create(CultureInfo.InvariantCulture, $"`{effect.Property}` is {(verb.Spec.ReadBack ? "read back as" : "assumed to be")} {(effect.Argument is { } argument ? $"{{{argument}}}" : effect.Constant)}");
            text.Append(CultureInfo.InvariantCulture, $"| `{verb.Spec.Name}`{arguments} | {Frame(verb.Send)}{(verb.IsToggle ? ", one code for both ways: sent only from a state that was read" : "")} | {(verb.Answer is { } yes ? Frame(yes) : "–")} | {done} |\n");
        }

        if (profile.Refusals.Count > 0) text.Append(CultureInfo.InvariantCulture, $"\nThe device's no: {string.Join(", ", profile.Refusals.Select(Frame))}.\n");
        if (profile.Absent.Count > 0) text.Append(CultureInfo.InvariantCulture, $"\nThe device has no {string.Join(", ", profile.Absent.Select(a => $"`{a}`"))}.\n");
        text.Append('\n');
    }

    private static void WriteProperties(StringBuilder text, Profile profile)
    {
        text.Append("## Properties\n\n| property | asked by | answer | codes |\n| --- | --- | --- | --- |\n");
        foreach (var property in profile.Properties)
        {
            var read = profile.ReadOf(property.Name);
            var codes = (read?.Answer ?? profile.Verbs.First(v => v.Effect?.Property == property.Name).Send).Segments.OfType<ProfilePlaceholder>()
                .Select(p => p.Field.Codes).FirstOrDefault(c => c is not null);
            text.Append(CultureInfo.InvariantCulture, $"| `{property.Name}` | {(read is null ? "assumed" : Frame(read.Send))} | {(read is null ? "–" : Frame(read.Answer))} | {(codes is null ? "" : string.Join(", ", codes.GroupBy(c => c.Value.ToString()).Select(g => $"{g.Key} {string.Join(" or ", g.Select(c => Code(c.Code, profile.Frame.IsHex)))}")))} |\n");
        }

        foreach (var (template, read) in profile.Tells) text.Append(CultureInfo.InvariantCulture, $"\nTold unasked, {Frame(template)} makes the driver ask for `{read.Property.Name}`; by itself it changes nothing.\n");
        text.Append('\n');
    }

    private static void WritePace(StringBuilder text, Profile profile, ReplyDiscipline reply)
    {
        text.Append(CultureInfo.InvariantCulture, $"## Pace\n\nOne question at a time, {ProfilePlace.Write(reply.Gap)} after the answer to the one before; an answer is waited for {ProfilePlace.Write(reply.Timeout)}");
        text.Append(profile.IsBlind ? ". Nothing is polled: an open line is all that is known of the device.\n\n"
            : string.Create(CultureInfo.InvariantCulture, $". Polled every {ProfilePlace.Write(profile.Pace.Poll)}. What did not answer is left alone until nothing has come for {ProfilePlace.Write(reply.Quiet)}, and the {reply.MissedBeforeLost}rd silence in a row opens the line anew. An effect may take {ProfilePlace.Write(profile.Pace.Follow)}.\n\n"));
    }

    private static void WriteOptions(StringBuilder text, Profile profile)
    {
        if (profile.Options.Count == 0) return;
        text.Append("## Options\n\n| name | meaning |\n| --- | --- |\n");
        foreach (var option in profile.Options) text.Append(CultureInfo.InvariantCulture, $"| `{option.Name}` | {option.En} / {option.Zh}; {option.Default}, {option.Min} … {option.Max} |\n");
        text.Append('\n');
    }

    private static void WriteNotes(StringBuilder text, Profile profile)
    {
        if (profile.Notes.Count == 0) return;
        text.Append("## Known limits\n\n");
        foreach (var note in profile.Notes) text.Append(CultureInfo.InvariantCulture, $"* {note}\n");
        text.Append('\n');
    }

    private static void WriteFaults(StringBuilder text, DriverManifest manifest)
    {
        if (manifest.Faults.Count == 0) return;
        text.Append("## Faults\n\n");
        foreach (var fault in manifest.Faults) text.Append(CultureInfo.InvariantCulture, $"* `{fault.Code}` — {fault.En} / {fault.Zh}\n");
        text.Append('\n');
    }

    // A bar would end the cell of a table.
    private static string Frame(ProfileTemplate template) => template.Text.Length == 0 ? "an empty frame" : $"`{Visible(template.Text).Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Code(byte[] code, bool isHex) => isHex ? $"`{Convert.ToHexString(code)}`" : $"`{Visible(Encoding.Latin1.GetString(code))}`";

    private static string Visible(string text) => string.Concat(text.Select(c => c is < ' ' or > '~' ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()));
}
