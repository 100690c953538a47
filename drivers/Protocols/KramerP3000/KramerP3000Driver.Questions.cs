using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.KramerP3000;

public sealed partial class KramerP3000Driver
{
    private const int ErrorUnavailable = 2, ErrorUnauthorised = 4, ErrorInternal = 5, ErrorBusy = 6, ErrorTimedOut = 8;
    private const int ErrorUnsupported = 15, ErrorNotInitialised = 34;

    private const int MostTriesOfCommands = 6;

    // A matrix that starts is busy for 40 s at most.
    private const int MostTriesOfReadings = 60;

    private static readonly TimeSpan LaterBy = TimeSpan.FromSeconds(1);

    private readonly Queue<Action> _later = new();

    // What the device has failed at with an error of its own; the fault stands until none is left. One entry a property or reading.
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private bool _wasUnauthorised;

    private static bool IsUnavailable(KramerReply reply) => reply.Error is ErrorUnavailable or ErrorUnsupported;

    /// <summary>An answer to this command; an error that names none belongs to whatever was asked.</summary>
    private static bool IsAbout(KramerReply reply, string name) => reply.Kind switch
    {
        KramerReplyKind.Answer => reply.Name == name,
        KramerReplyKind.Error => reply.Name.Length == 0 || reply.Name == name,
        _ => false,
    };

    private void Ask(Question question) => Device.Ask(question.Request, reply =>
    {
        if (!IsOurs(reply)) return false;
        if (reply.Kind is KramerReplyKind.Error)
        {
            if (!IsAbout(reply, question.Name)) return false;
            Failed(question, reply);
            return true;
        }

        if (!question.IsAnswer(reply)) return false;
        Heal(question.Subject);
        question.Done(reply);
        return true;
    }, question.Command);

    private void Failed(Question question, KramerReply reply)
    {
        var isBusy = reply.Error is ErrorBusy or ErrorTimedOut;
        var tries = question.Tries + 1;
        if (isBusy && tries < (question.Command is null ? MostTriesOfReadings : MostTriesOfCommands))
        {
            Later(() => Ask(question with { Tries = tries }));
            return;
        }

        if (question.Instead(reply)) return;
        var words = Words(reply);
        if (reply.Error is ErrorInternal or ErrorNotInitialised && _failing.Add(question.Subject)) Device.Raise(Failing.Code, $"{question.Name}: {words}");
        if (question.Command is { } command) Device.Complete(command, CommandResult.Refused(words, isBusy || reply.Error == ErrorUnauthorised));
        if (reply.Error == ErrorUnauthorised) Unauthorised(question);
        else question.Refused(reply);
    }

    private void Heal(string subject)
    {
        if (_failing.Remove(subject) && _failing.Count == 0) Device.Clear(Failing.Code);
    }

    private void Unauthorised(Question question)
    {
        // Reading may be allowed to everybody: a device that can be watched is not left for a command that needs a log-in.
        if (question.Command is not null && !CanLogIn())
        {
            Device.Raise(AccessDenied.Code, $"{question.Name} needs a log-in and no password is configured");
            return;
        }

        // Once is a device that has started again. Once more behind a log-in that was taken is a user without the right.
        if (question.Command is not null)
        {
            if (_wasUnauthorised) Device.Raise(Privilege.Code, question.Name);
            _wasUnauthorised = true;
        }

        _session.Fire(Told.Unauthorised);
    }

    private void Later(Action action)
    {
        _later.Enqueue(action);
        if (_later.Count == 1) Device.StartTimer(LaterTimer, LaterBy);
    }

    private void DoLater()
    {
        var due = _later.ToArray();
        _later.Clear();
        foreach (var action in due) action();
    }

    private static string Words(KramerReply reply)
    {
        var meaning = reply.Error switch
        {
            1 => "protocol syntax",
            ErrorUnavailable => "command not available",
            3 => "parameter out of range",
            ErrorUnauthorised => "unauthorised access",
            ErrorInternal => "internal firmware error",
            ErrorBusy => "busy",
            7 => "wrong CRC",
            ErrorTimedOut => "timeout",
            ErrorUnsupported => "feature not supported",
            33 => "wrong operating mode",
            ErrorNotInitialised => "not initialised",
            _ => "",
        };
        return $"ERR{reply.Error:000} {meaning}".TrimEnd();
    }

    /// <summary>One question and what its answer leads to.</summary>
    private sealed record Question(string Request, Func<KramerReply, bool> IsAnswer, CommandRequest? Command = null)
    {
        /// <summary>The command's long name, by which its errors are known.</summary>
        public string Name { get; } = Request[..(Request.AsSpan().IndexOfAny(' ', '?') is >= 0 and var end ? end : Request.Length)];

        /// <summary>What a failure of the device is remembered by.</summary>
        public string Subject { get; init; } = Request;
        public int Tries { get; init; }
        public Action<KramerReply> Done { get; init; } = static _ => { };

        /// <summary>Another way to the same end; true where there is one.</summary>
        public Func<KramerReply, bool> Instead { get; init; } = static _ => false;
        public Action<KramerReply> Refused { get; init; } = static _ => { };
    }
}
