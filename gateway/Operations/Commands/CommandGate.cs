using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Access;

namespace AvGateway.Operations.Commands;

/// <summary>A wish that may be carried out: the device, the verb that does it, and checked arguments.</summary>
/// <param name="Asked">The arguments as the caller named them, for the digest.</param>
public sealed record JudgedCommand(IDevice Device, VerbSpec Verb, Arguments Args, Arguments Asked);

/// <summary>Judges wishes: who asks, what for, and whether the device can be asked that at all. Reads only; keeps nothing.</summary>
public sealed class CommandGate(IDeviceDirectory devices, IUserDirectory users, TimeProvider time)
{
    private const string SetArgument = "v";

    /// <summary>Null when <paramref name="judged"/> may run.</summary>
    public Refusal? Judge(CommandAsk ask, out JudgedCommand judged)
    {
        judged = null!;
        if ((ask.IsOfInspection ? JudgeInspector(ask.Caller) : JudgeCaller(ask.Caller, ask.Device.Room)) is { } wrongCaller) return wrongCaller;
        if (devices.Find(ask.Device) is not { } device)
        {
            return new(AnswerCodes.Unknown, $"there is no device \"{ask.Device.Room}/{ask.Device.Name}\": the retained $desc topics name all there are");
        }

        if (Locked(device) is { } locked) return locked;
        return ask.Kind is AskKind.Do ? JudgeVerb(ask, device, out judged) : JudgeProperty(ask, device, out judged);
    }

    /// <summary>Null when this caller may command devices of the room now.</summary>
    public Refusal? JudgeCaller(string caller, string room) =>
        Judge(caller, user => Rights.MayAsk(user) && Rights.MayCommand(user, room), "may not command devices of this room");

    // A scheduler commands no device, and orders inspections that do.
    private Refusal? JudgeInspector(string caller) => Judge(caller, Rights.MayInspect, "may not inspect");

    private Refusal? Judge(string caller, Func<User, bool> mayDo, string what)
    {
        if (users.Find(caller) is not { } user) return new(AnswerCodes.NoUser);
        if (user.Until is { } end && end <= time.GetUtcNow()) return new(AnswerCodes.UserEnded);
        return mayDo(user) ? null : new(AnswerCodes.NoRight, $"{user.Name} {what}");
    }

    /// <summary>Whether the caller's account belongs to the service rather than to a room or a vendor.</summary>
    public bool IsService(string caller) => users.Find(caller) is { } user && Rights.MaySeeSite(user);

    private static Refusal? Locked(IDevice device) => device.Status.State switch
    {
        DeviceState.Maintenance => new(AnswerCodes.Maintenance),
        DeviceState.Disabled => new(AnswerCodes.Disabled),
        _ => null,
    };

    private static Refusal? JudgeVerb(CommandAsk ask, IDevice device, out JudgedCommand judged)
    {
        judged = null!;
        if (FindVerb(device, ask.Name) is not { } verb || IsSetVerb(verb))
        {
            var known = string.Join(", ", device.Manifest.Verbs.Where(v => !IsSetVerb(v)).Select(v => v.Name));
            return new(AnswerCodes.Unknown, $"{device.Manifest.Name} has no verb \"{SafeText.Shown(ask.Name)}\": it has {(known.Length == 0 ? "none" : known)}");
        }

        if (new ArgumentCheck(device.Extent).Check(verb, ask.Args, static name => name, out var args) is { } refusal) return refusal;
        judged = new(device, verb, args, args);
        return null;
    }

    private static Refusal? JudgeProperty(CommandAsk ask, IDevice device, out JudgedCommand judged)
    {
        judged = null!;
        if (FindProperty(device, ask.Name, out var index) is not { } property)
        {
            return new(AnswerCodes.Unknown, $"{device.Id} has no property \"{SafeText.Shown(ask.Name)}\"");
        }

        if (property.Set is not { } set) return new(AnswerCodes.ReadOnly, $"\"{ask.Name}\" can only be read");
        foreach (var argument in ask.Args)
        {
            if (argument.Name != SetArgument)
            {
                return new(AnswerCodes.BadArgument, $"unknown argument \"{SafeText.Shown(argument.Name)}\": setting a property takes {SetArgument}");
            }
        }

        var verb = FindVerb(device, set.Verb) ?? OwnVerb(property, set);
        var raw = new List<RawArgument>(2);
        if (ask.Args is [var given, ..]) raw.Add(given with { Name = set.ValueArgument });
        if (set.IndexArgument is { } indexArgument) raw.Add(new(indexArgument, index));
        var refusal = new ArgumentCheck(device.Extent).Check(verb, raw, name => name == set.ValueArgument ? SetArgument : name, out var args);
        if (refusal is not null) return refusal;
        judged = new(device, verb, args, Arguments.Of((SetArgument, args[set.ValueArgument])));
        return null;
    }

    private static PropertySpec? FindProperty(IDevice device, string name, out int index)
    {
        foreach (var property in device.Manifest.Properties)
        {
            if (!property.Matches(name, out index)) continue;
            if (property.Index is not { } extent) return property;

            // output-03 is no name of output-3, and output-41 of a 40 x 40 is nothing at all.
            var stem = property.Name.AsSpan(0, property.Name.IndexOf('{', StringComparison.Ordinal));
            var isCanonical = name.AsSpan(stem.Length) is "0" or not ['0', ..];
            var exists = index >= property.First && (device.Extent(extent) is not { } count || index < property.First + count);
            return isCanonical && exists ? property : null;
        }

        index = 0;
        return null;
    }

    // A settable property whose verb the manifest does not list is its own verb: it takes what the property can be.
    private static VerbSpec OwnVerb(PropertySpec property, SetSpec set) => new(set.Verb, property.En, property.Zh, set.Verb)
    {
        Arguments =
        [
            new(set.ValueArgument, property.Kind, property.En, property.Zh)
            {
                Min = property.Min, Max = property.Max, OneOf = property.OneOf, Unit = property.Unit,
            },
            .. set.IndexArgument is { } index && property.Index is { } extent
                ? [new ArgumentSpec(index, ValueKind.Integer, property.En, property.Zh, extent) { First = property.First }]
                : Array.Empty<ArgumentSpec>(),
        ],
    };

    // "set/volume" is reached as a property only.
    private static bool IsSetVerb(VerbSpec verb) => verb.Name.Contains('/', StringComparison.Ordinal);

    private static VerbSpec? FindVerb(IDevice device, string name)
    {
        foreach (var verb in device.Manifest.Verbs)
        {
            if (verb.Name == name) return verb;
        }

        return null;
    }
}
