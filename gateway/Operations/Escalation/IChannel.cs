namespace AvGateway.Operations.Escalation;

/// <summary>One way out of the house: mail, a webhook, a text message, a call, a folder, a buzzer.</summary>
public interface IChannel
{
    /// <summary>Its name in the site file: the <c>id</c> of an entry of <c>channels</c>. Contacts name it in <c>reach</c>.</summary>
    string Id { get; }

    /// <summary>No delivery may last longer; the caller cancels it then.</summary>
    TimeSpan Patience { get; }

    /// <summary>
    /// Delivers once. Called for one notice at a time to each address; several addresses may be served at once. It is called again with the
    /// same <see cref="Notice.Key"/> when nobody knows whether the last time arrived, so what can carry the key carries it.
    /// </summary>
    /// <param name="address">Whom, in the channel's own notation: a mail address, a phone number; empty where the channel has one end only.</param>
    /// <returns>Never throws for what the far end does or does not do: that is told in the answer.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nobody knows whether it arrived.</exception>
    Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation);
}
