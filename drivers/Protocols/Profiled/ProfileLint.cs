using System.Buffers;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>What a profile can be and still be wrong: frames that nobody would read, codes that were copied, answers that cannot be told apart.</summary>
internal sealed class ProfileLint(Profile profile, ProfilePlace root)
{
    /// <summary>Silence is noticed well before people would wonder.</summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(15);

    /// <summary>An answer that comes later than this is beyond what any manual allows.</summary>
    private static readonly TimeSpan LateAnswers = TimeSpan.FromSeconds(5);

    private readonly ProfiledCodec _codec = new(profile.Frame);

    public void Check()
    {
        foreach (var (template, place) in Sends()) CheckSend(template, place);
        foreach (var (template, place) in Answers()) CheckAnswer(template, place);
        FindCopies();
        FindRefusalsThatAreAnswers();
        FindLookalikes();
        if (!profile.IsBlind && profile.Pace.Poll + (profile.Pace.Reply * ProfileManifest.MissedBeforeLost) > NoticedWithin)
            root["pace"]!.Wrong($"silence would be noticed only after {ProfilePlace.Write(profile.Pace.Poll + (profile.Pace.Reply * ProfileManifest.MissedBeforeLost))}", $"shorten \"poll\" or \"reply\": poll + {ProfileManifest.MissedBeforeLost} × reply is at most {ProfilePlace.Write(NoticedWithin)}");
    }

    private IEnumerable<(ProfileTemplate Template, ProfilePlace Place)> Sends() =>
        profile.Reads.Select(r => (r.Send, root["read"]![r.Property.Name]!["send"]!)).Concat(profile.Verbs.Select(v => (v.Send, root["verbs"]![v.Spec.Name]!["send"]!)));

    private IEnumerable<(ProfileTemplate Template, ProfilePlace Place)> Answers() =>
        profile.Reads.Select(r => (r.Answer, root["read"]![r.Property.Name]!["answer"]!))
            .Concat(profile.Verbs.Where(v => v.Answer is not null).Select(v => (v.Answer!, root["verbs"]![v.Spec.Name]!["answer"]!)))
            .Concat(profile.Refusals.Zip(root["refused"]?.OneOrMore ?? []))
            .Concat(profile.Tells.Select(t => (t.Template, root["tells"]![t.Read.Property.Name]!)));

    private void CheckSend(ProfileTemplate template, ProfilePlace place)
    {
        CheckSum(template, place);
        foreach (var highest in (bool[])[false, true])
        {
            if (!template.TryWrite(name => Sample(template, name, highest), out var frame, out var why))
            {
                place.Wrong($"{why}", "give the place more width, or narrow what it may be");
                return;
            }

            try
            {
                _codec.Write(ProfiledCodec.Request(frame), new ArrayBufferWriter<byte>());
            }
            catch (ArgumentException)
            {
                place.Wrong("it holds what ends a frame or begins one", "leave away what \"start\" and \"end\" of \"frame\" already say");
                return;
            }
        }
    }

    private void CheckAnswer(ProfileTemplate template, ProfilePlace place)
    {
        CheckSum(template, place);
        if (template.Segments.Any(s => s.IsOpen) || !TrySample(template, out var frame)) return;
        byte[] said = profile.Frame.IsHex || profile.Frame.AnswerEnds.Count > 1 ? frame : [.. profile.Frame.AnswerStart, .. frame, .. profile.Frame.AnswerEnds[0]];
        var stream = new ReadOnlySequence<byte>(said);
        if (_codec.TryRead(ref stream, out var reply) && stream.IsEmpty && reply.Frame.Span.SequenceEqual(frame)) return;
        place.Wrong("such an answer would never be read", profile.Frame.IsHex
            ? "it has to fit \"form\" and \"length\" of \"frame\""
            : profile.Frame.AnswerEnds.Count > 1 ? "with several \"answerEnd\" each answer is written with its own" : "leave away what \"answerStart\" and \"answerEnd\" of \"frame\" already say");
    }

    private void CheckSum(ProfileTemplate template, ProfilePlace place)
    {
        if (profile.Frame.Sum is not null && !template.Segments.OfType<ProfileCheck>().Any() && !template.Segments.Any(s => s.IsOpen))
            place.Wrong("the frame has no check code", "put {sum} where the manual has it");
    }

    /// <summary>A line that was copied and not changed.</summary>
    private void FindCopies()
    {
        var seen = new Dictionary<string, (string Path, bool IsToggle)>(StringComparer.Ordinal);
        var sent = profile.Reads.Select(r => (r.Send, Place: root["read"]![r.Property.Name]!["send"]!, IsToggle: false))
            .Concat(profile.Verbs.Select(v => (v.Send, root["verbs"]![v.Spec.Name]!["send"]!, v.IsToggle)));
        foreach (var (send, place, isToggle) in sent)
        {
            var text = profile.Frame.IsHex ? send.Text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant() : send.Text;
            if (!seen.TryAdd(text, (place.Path, isToggle)) && !(isToggle && seen[text].IsToggle))
                place.Wrong($"it sends the same as {seen[text].Path}", "look it up: two things cannot have one frame. A code for both ways says \"toggle\": true");
        }
    }

    private void FindRefusalsThatAreAnswers()
    {
        foreach (var (template, place) in Answers().Where(a => !profile.Refusals.Contains(a.Template)))
        {
            if (TrySample(template, out var frame) && profile.Refusals.Any(r => r.TryRead(frame, Option, out _)))
                place.Wrong("the device's yes would be taken for its no", "narrow the patterns of \"refused\"");
        }
    }

    /// <summary>Answers that say not what they answer: the late answer to one question would be shown as another property.</summary>
    private void FindLookalikes()
    {
        if (profile.IsBlind || profile.Pace.Quiet >= LateAnswers) return;
        foreach (var read in profile.Reads)
        {
            var other = profile.Reads.Where(r => r != read).Select(r => (r.Answer, $"the answer of \"{r.Property.Name}\""))
                .Concat(profile.Verbs.Where(v => v.Answer is not null).Select(v => (v.Answer!, $"the yes to \"{v.Spec.Name}\"")))
                .FirstOrDefault(o => TrySample(o.Item1, out var frame) && read.Answer.TryRead(frame, Option, out _));
            var what = other.Item2 ?? (read.Index is { } index && !read.Answer.Has(index) ? $"the answer about another {index}" : null);
            if (what is null) continue;
            root["read"]![read.Property.Name]!["answer"]!.Wrong($"{what} looks the same", $"this protocol needs \"pace\": {{ \"quiet\": \"{ProfilePlace.Write(LateAnswers)}\" }} or more: so long a late answer is waited for and thrown away");
        }
    }

    private bool TrySample(ProfileTemplate template, out byte[] frame) => template.TryWrite(name => Sample(template, name, highest: false), out frame, out _);

    private Value Option(string name) => profile.Options.FirstOrDefault(o => o.Name == name)?.Default ?? Value.None;

    private Value Sample(ProfileTemplate template, string name, bool highest)
    {
        var field = template.Segments.OfType<ProfilePlaceholder>().First(s => s.Field.Name == name).Field;
        if (profile.Options.FirstOrDefault(o => o.Name == name) is { } option) return highest ? (long)option.Max!.Value : (long)option.Min!.Value;
        if (field.Codes is { } codes) return codes[0].Value;
        if (profile.Counts.FirstOrDefault(c => c.Extent == name) is { Option: { } counted }) return highest ? Option(counted) : 1;
        return field.Kind switch
        {
            ValueKind.Integer => highest ? field.Max : field.Min,
            ValueKind.Number => 1.5,
            ValueKind.Flag => true,
            _ => "x",
        };
    }
}
