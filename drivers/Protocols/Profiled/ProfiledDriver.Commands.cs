using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

public partial class ProfiledDriver
{
    // A frame's way through the port's buffer and the wire.
    private static readonly TimeSpan OnTheWire = TimeSpan.FromMilliseconds(200);

    public override void OnCommand(CommandRequest command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Wish(command, _profile.Verbs.First(v => v.Spec.Name == command.Verb));
    }

    /// <summary>The effect that an acknowledgement promised is looked for; a device that cannot show it is believed to have done what it was sent, and says so.</summary>
    private protected virtual void Wish(CommandRequest command, ProfileVerb verb)
    {
        if (verb.IsToggle) Toggle(command, verb);
        else Send(command, verb, () => Await(command, verb));
    }

    /// <param name="taken">The device has said yes, or owes no answer.</param>
    /// <param name="refused">It has said no.</param>
    private protected void Send(CommandRequest command, ProfileVerb verb, Action taken, Action? refused = null)
    {
        if (Outside(command, verb) is { } outside)
        {
            Device.Complete(command, CommandResult.Rejected(outside));
            return;
        }

        if (!verb.Send.TryWrite(name => Given(command, name), out var frame, out var why))
        {
            Device.Complete(command, CommandResult.Rejected(why!));
            return;
        }

        var request = ProfiledCodec.Request(frame);
        if (verb.Answer is not { } answer)
        {
            Device.Tell(request, command);
            taken();
            return;
        }

        Device.Ask(request, reply =>
        {
            if (answer.TryRead(reply.Frame.Span, name => Given(command, name), out _))
            {
                Device.Acknowledged(command);
                taken();
                return true;
            }

            if (!IsRefusal(reply)) return false;
            refused?.Invoke();
            Device.Complete(command, CommandResult.Refused(reply.Words));
            return true;
        }, command, verb.Within is { } within ? new(within) : null);
    }

    private protected void Await(CommandRequest command, ProfileVerb verb)
    {
        if (verb.Effect is not { } effect)
        {
            Device.Complete(command, CommandResult.AcknowledgedOnly with { Reason = "acknowledged; this device cannot show the effect" });
            return;
        }

        var (property, value) = (EffectOf(command, effect), effect.Of(command));
        if (_profile.ReadOf(effect.Property) is { } read)
        {
            var index = IndexOf(command, effect);
            Device.Expect(command, property, value, _profile.Pace.Follow, () => Look(read, index));
            Look(read, index);
        }
        else if (verb.Answer is not null)
        {
            Assume(command, property, value, "acknowledged; this device cannot be asked");
        }
        else
        {
            // Nothing will be seen: what is waited for is the frame's way out, and the look that follows finds nothing to look at.
            Device.Expect(command, property, value, OnTheWire, () => Assume(command, property, value, "sent; this device answers nothing"));
        }
    }

    private static string EffectOf(CommandRequest command, ProfileEffect effect) => Name(effect.Property, IndexOf(command, effect));

    /// <summary>One code for both ways: where the device stands is asked right before, and nothing is sent unless it stands on the other side.</summary>
    private protected void Toggle(CommandRequest command, ProfileVerb verb, Action? sent = null)
    {
        var (effect, value) = (verb.Effect!, verb.Effect!.Of(command));
        var (read, index) = (_profile.ReadOf(effect.Property)!, IndexOf(command, verb.Effect!));
        var property = EffectOf(command, effect);
        if (_toggled.TryGetValue(property, out var last) && Device.Now - last.At < _profile.Pace.Follow * 2)
        {
            Device.Complete(command, CommandResult.Rejected("a code for both ways was sent a moment ago, and what it did was not seen yet") with { Retryable = true });
            return;
        }

        Look(read, index, onBehalfOf: command, seen: now =>
        {
            if (now == value)
            {
                Device.Expect(command, property, value, _profile.Pace.Follow, () => Look(read, index));
                Look(read, index);
            }
            else if (!IsOpposite(now, value))
            {
                Device.Complete(command, CommandResult.Rejected($"the device says it is {(now.Kind is ValueKind.None ? "nothing that can be understood" : now)}, and its code for both ways is sent only from a state that is known") with { Retryable = true });
            }
            else
            {
                _toggled[property] = (value, Device.Now);
                Send(command, verb, () =>
                {
                    if (sent is null) Await(command, verb);
                    else sent();
                }, () => _toggled.Remove(property));
            }
        });
    }

    private static bool IsOpposite(Value now, Value wished) =>
        now.Kind is ValueKind.Flag ? now != wished : now.Text is Classes.PowerStates.On or Classes.PowerStates.Off && now != wished;

    private void Assume(CommandRequest command, string property, Value value, string reason)
    {
        Device.Acknowledged(command);
        Device.Assume(property, value);
        Device.Complete(command, CommandResult.AcknowledgedOnly with { Reason = reason });
    }

    private Value Given(CommandRequest command, string name) => command.Args.TryGet(name, out var value) ? value : Known(name);

    private static int? IndexOf(CommandRequest command, ProfileEffect effect)
    {
        var brace = effect.Property.IndexOf('{', StringComparison.Ordinal);
        return brace > 0 ? (int)command.Args[effect.Property[(brace + 1)..^1]].Integer : null;
    }

    /// <summary>Why a number is none that the device has, or null.</summary>
    private string? Outside(CommandRequest command, ProfileVerb verb)
    {
        foreach (var argument in verb.Spec.Arguments)
        {
            if (!command.Args.TryGet(argument.Name, out var given)) continue;
            if (argument.Extent is { } extent && _profile.Counts.FirstOrDefault(c => c.Extent == extent) is { Option: { } option })
            {
                if (given.Integer < argument.First || given.Integer >= argument.First + Count(option)) return $"no {argument.Name} {given} on this device";
            }
            else if ((argument.Min is { } min && given.Number < min) || (argument.Max is { } max && given.Number > max))
            {
                return $"{argument.Name} {given} is outside {argument.Min} … {argument.Max}";
            }
        }

        return null;
    }
}
