using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.LineWatch.Evidence;

/// <summary>The file is sealed with another key, was changed, or is cut.</summary>
public sealed class SealException(string message) : Exception(message);

/// <summary>
/// A file at rest: AES-256-GCM in parts, so that it needs no memory of its own size. Each file has a key of its own (HKDF with a random salt); number and
/// end of the parts are sealed with them, so that none can be left out, moved or cut off.
/// </summary>
public static class SealedEvidence
{
    private const int SaltLength = 16;
    private const int TagLength = 16;
    private const int PartLength = 64 * 1024;
    private const uint LastPart = 0x8000_0000;

    private static readonly byte[] Magic = "AVGWSEAL1"u8.ToArray();

    public static bool IsSealed(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Magic);

    public static Stream Seal(Stream output, string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        output.Write(Magic);
        output.Write(salt);
        return new Sealing(output, Key(secret, salt));
    }

    /// <exception cref="SealException">Told while it is read: nothing that was not proven is handed out.</exception>
    public static Stream Open(Stream input, string secret)
    {
        Span<byte> head = stackalloc byte[Magic.Length + SaltLength];
        if (input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !IsSealed(head)) throw new SealException("this is no sealed file");
        return new Opening(input, Key(secret, head[Magic.Length..]));
    }

    private static AesGcm Key(string secret, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), key, salt, "avgateway evidence"u8);
        try { return new(key, TagLength); }
        finally { CryptographicOperations.ZeroMemory(key); }
    }

    // The key is used for one file, so a counter is a nonce that never comes twice.
    private static void Nonce(Span<byte> nonce, long part)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], part);
    }

    private sealed class Sealing(Stream output, AesGcm key) : OneWayStream(canWrite: true)
    {
        private readonly byte[] _part = new byte[PartLength];
        private int _filled;
        private long _number;
        private bool _isClosed;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                if (_filled == PartLength) Put(isLast: false);
                var take = Math.Min(buffer.Length, PartLength - _filled);
                buffer[..take].CopyTo(_part.AsSpan(_filled));
                _filled += take;
                buffer = buffer[take..];
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isClosed)
            {
                _isClosed = true;
                Put(isLast: true);
                key.Dispose();
                output.Dispose();
                CryptographicOperations.ZeroMemory(_part);
            }

            base.Dispose(disposing);
        }

        private void Put(bool isLast)
        {
            Span<byte> head = stackalloc byte[4];
            Span<byte> nonce = stackalloc byte[12];
            Span<byte> tag = stackalloc byte[TagLength];
            BinaryPrimitives.WriteUInt32BigEndian(head, (uint)_filled | (isLast ? LastPart : 0));
            Nonce(nonce, _number++);
            var sealedPart = new byte[_filled];
            key.Encrypt(nonce, _part.AsSpan(0, _filled), sealedPart, tag, head);
            output.Write(head);
            output.Write(sealedPart);
            output.Write(tag);
            _filled = 0;
        }
    }

    private sealed class Opening(Stream input, AesGcm key) : OneWayStream(canWrite: false)
    {
        private readonly byte[] _sealed = new byte[PartLength + TagLength];
        private readonly byte[] _part = new byte[PartLength];
        private int _at;
        private int _filled;
        private long _number;
        private bool _wasLast;

        public override int Read(Span<byte> buffer)
        {
            if (_at == _filled && !_wasLast) Next();
            var take = Math.Min(buffer.Length, _filled - _at);
            _part.AsSpan(_at, take).CopyTo(buffer);
            _at += take;
            return take;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                key.Dispose();
                input.Dispose();
            }

            base.Dispose(disposing);
        }

        private void Next()
        {
            Span<byte> head = stackalloc byte[4];
            Span<byte> nonce = stackalloc byte[12];
            if (input.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4) throw new SealException("the file is cut");
            var word = BinaryPrimitives.ReadUInt32BigEndian(head);
            _wasLast = (word & LastPart) != 0;
            var length = (int)(word & ~LastPart);
            if (length > PartLength) throw new SealException("the file was changed");
            if (input.ReadAtLeast(_sealed.AsSpan(0, length + TagLength), length + TagLength, throwOnEndOfStream: false) < length + TagLength) throw new SealException("the file is cut");
            Nonce(nonce, _number++);
            try { key.Decrypt(nonce, _sealed.AsSpan(0, length), _sealed.AsSpan(length, TagLength), _part.AsSpan(0, length), head); }
            catch (AuthenticationTagMismatchException)
            {
                throw new SealException("the key is another, or the file was changed");
            }

            (_at, _filled) = (0, length);
        }
    }

    private abstract class OneWayStream(bool canWrite) : Stream
    {
        public override bool CanRead => !canWrite;
        public override bool CanSeek => false;
        public override bool CanWrite => canWrite;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override int Read(Span<byte> buffer) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
