namespace Hpc.Storage;

public readonly partial struct VirtualPath
{
    /// <summary>Walks the segments of a path without allocating.</summary>
    public ref struct SegmentEnumerator
    {
        private ReadOnlySpan<char> _rest;

        internal SegmentEnumerator(string? text)
        {
            _rest = text;
            Current = default;
        }

        /// <summary>The segment that <see cref="MoveNext"/> came to.</summary>
        public ReadOnlySpan<char> Current { get; private set; }

        /// <summary>This enumerator, so that <c>foreach</c> takes it.</summary>
        public readonly SegmentEnumerator GetEnumerator() => this;

        /// <summary>Goes to the next segment; false after the last.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            // Every segment has its slash in front.
            int end = _rest[1..].IndexOf('/') + 1;
            Current = end == 0 ? _rest[1..] : _rest[1..end];
            _rest = end == 0 ? default : _rest[end..];
            return true;
        }
    }
}
