using System.Collections;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call.</summary>
public sealed class Metadata : IList<Metadata.Entry>
{
    /// <summary>How the keys of binary values end.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries, and none can be added.</summary>
    public static readonly Metadata Empty = new(isReadOnly: true);

    private readonly List<Entry> entries = [];

    /// <summary>No entries yet.</summary>
    public Metadata()
        : this(isReadOnly: false)
    {
    }

    private Metadata(bool isReadOnly) => IsReadOnly = isReadOnly;

    /// <inheritdoc/>
    public int Count => entries.Count;

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public Entry this[int index]
    {
        get => entries[index];
        set
        {
            Check(value);
            entries[index] = value;
        }
    }

    /// <summary>The last entry of that key.</summary>
    public Entry? Get(string key) => entries.FindLast(entry => entry.Is(key));

    /// <summary>The last text of that key.</summary>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The last bytes of that key.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>Every entry of that key.</summary>
    public IEnumerable<Entry> GetAll(string key) => entries.Where(entry => entry.Is(key));

    /// <summary>Adds a text.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds bytes; the key must end in <see cref="BinaryHeaderSuffix"/>.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc/>
    public void Add(Entry item)
    {
        Check(item);
        entries.Add(item);
    }

    /// <inheritdoc/>
    public void Insert(int index, Entry item)
    {
        Check(item);
        entries.Insert(index, item);
    }

    /// <inheritdoc/>
    public bool Remove(Entry item)
    {
        CheckWritable();
        return entries.Remove(item);
    }

    /// <inheritdoc/>
    public void RemoveAt(int index)
    {
        CheckWritable();
        entries.RemoveAt(index);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        CheckWritable();
        entries.Clear();
    }

    /// <inheritdoc/>
    public int IndexOf(Entry item) => entries.IndexOf(item);

    /// <inheritdoc/>
    public bool Contains(Entry item) => entries.Contains(item);

    /// <inheritdoc/>
    public void CopyTo(Entry[] array, int arrayIndex) => entries.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Check(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        CheckWritable();
    }

    private void CheckWritable()
    {
        if (IsReadOnly)
        {
            throw new InvalidOperationException("Object is read only");
        }
    }

    /// <summary>One header or trailer.</summary>
    public class Entry
    {
        private readonly string? text;
        private readonly byte[]? bytes;

        /// <summary>A text.</summary>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Checked(key, isBinary: false);
            text = value;
        }

        /// <summary>Bytes; the key must end in <see cref="BinaryHeaderSuffix"/>.</summary>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Checked(key, isBinary: true);
            bytes = [.. valueBytes];
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => bytes is not null;

        /// <summary>The text; bytes have none.</summary>
        public string Value => text ?? throw new InvalidOperationException("Cannot access string value of a binary metadata entry");

        /// <summary>A copy of the bytes, or the text in ASCII.</summary>
        public byte[] ValueBytes => bytes is null ? System.Text.Encoding.ASCII.GetBytes(text!) : [.. bytes];

        /// <inheritdoc/>
        public override string ToString() => IsBinary
            ? $"[Entry: key={Key}, valueBytes={Convert.ToHexString(bytes!)}]"
            : $"[Entry: key={Key}, value={text}]";

        internal bool Is(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static string Checked(string key, bool isBinary)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.Any(letter => letter is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-')))
            {
                throw new ArgumentException($"Metadata entry key not valid: {key}", nameof(key));
            }

            if (lower.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal) != isBinary)
            {
                throw new ArgumentException($"Only keys of binary values end in {BinaryHeaderSuffix}: {key}", nameof(key));
            }

            return lower;
        }
    }
}
