package powercut

import (
	"fmt"
	"strings"
)

// apply turns a call that succeeded into operations, if it is about our files.
func (p *parser) apply(c call) error {
	switch c.name {
	case "openat":
		return p.open(c)
	case "renameat", "renameat2":
		return p.rename(c, 1, 3)
	case "rename":
		return p.rename(c, 0, 1)
	case "linkat":
		return p.link(c, 1, 3)
	case "link":
		return p.link(c, 0, 1)
	case "unlinkat":
		return p.remove(c, 1)
	case "unlink":
		return p.remove(c, 0)
	case "open", "creat", "truncate":
		return p.elsewhere(c)
	case "mmap":
		return p.mmap(c)
	case "msync": // all our maps are for reading
		return nil
	case "sendfile":
		return p.onHandle(c, 0)
	case "copy_file_range", "splice":
		return p.onHandle(c, 2)
	}
	return p.onHandle(c, 0)
}

func (p *parser) open(c call) error {
	name, err := p.name(c, 1)
	if err != nil || name == "" || c.result < 0 {
		return err
	}
	descriptor, flags := int(c.result), c.arg(2)
	if name == "." {
		p.handles[descriptor] = handle{folder: true}
		return nil
	}
	if name == p.acknowledged {
		p.handles[descriptor] = handle{messages: true}
		return nil
	}
	if strings.Contains(flags, "O_APPEND") {
		return fmt.Errorf("%s is opened for appending", name)
	}
	file := p.names[name]
	if file == 0 {
		if !strings.Contains(flags, "O_CREAT") {
			return fmt.Errorf("%s is opened, but the trace never saw it made", name)
		}
		p.files++
		file = p.files
		p.names[name] = file
		if err := p.add(c, Op{Kind: Create, File: file, Name: name}); err != nil {
			return err
		}
	}
	p.handles[descriptor] = handle{file: file}
	if strings.Contains(flags, "O_TRUNC") {
		return p.add(c, Op{Kind: Truncate, File: file})
	}
	return nil
}

func (p *parser) rename(c call, from, to int) error {
	name, other, err := p.both(c, from, to)
	if err != nil || name == "" {
		return err
	}
	p.names[other] = p.names[name]
	delete(p.names, name)
	return p.add(c, Op{Kind: Rename, File: p.names[other], Name: name, To: other})
}

func (p *parser) link(c call, from, to int) error {
	name, other, err := p.both(c, from, to)
	if err != nil || name == "" {
		return err
	}
	p.names[other] = p.names[name]
	return p.add(c, Op{Kind: Link, File: p.names[other], Name: name, To: other})
}

// both are the two names of a call that succeeded; empty when neither is ours.
func (p *parser) both(c call, from, to int) (name, other string, err error) {
	if name, err = p.name(c, from); err != nil {
		return "", "", err
	}
	if other, err = p.name(c, to); err != nil || c.result < 0 || name == "" && other == "" {
		return "", "", err
	}
	if name == "" || other == "" || p.names[name] == 0 {
		return "", "", fmt.Errorf("%s of %q to %q leaves the folder", c.name, name, other)
	}
	return name, other, nil
}

func (p *parser) remove(c call, path int) error {
	name, err := p.name(c, path)
	if err != nil || name == "" || c.result < 0 {
		return err
	}
	delete(p.names, name)
	return p.add(c, Op{Kind: Remove, Name: name})
}

// elsewhere lets a call pass that we do not model, if it is not about our files.
func (p *parser) elsewhere(c call) error {
	for i := range c.args {
		if !strings.HasPrefix(c.arg(i), `"`) {
			continue
		}
		if name, err := p.name(c, i); err != nil || name != "" {
			return fmt.Errorf("%s of %q is not modelled: %v", c.name, name, err)
		}
	}
	return nil
}

// mmap must be for reading: what is written through a map is in no trace.
func (p *parser) mmap(c call) error {
	descriptor, err := c.number(4)
	if err != nil {
		return err
	}
	shared := strings.Contains(c.arg(3), "MAP_SHARED")
	if _, ours := p.handles[int(descriptor)]; ours && shared && strings.Contains(c.arg(2), "PROT_WRITE") {
		return fmt.Errorf("file %d is mapped for writing", descriptor)
	}
	return nil
}

// onHandle is a call on an open file.
func (p *parser) onHandle(c call, i int) error {
	descriptor, err := c.number(i)
	if err != nil {
		return err
	}
	h, ours := p.handles[int(descriptor)]
	if !ours || c.result < 0 && c.name != "fsync" && c.name != "fdatasync" {
		return nil
	}
	switch c.name {
	case "close":
		delete(p.handles, int(descriptor))
		return nil
	case "fsync", "fdatasync":
		return p.sync(c, h)
	case "write":
		return p.write(c, int(descriptor), h)
	}
	if h.messages || h.folder {
		return fmt.Errorf("%s is not modelled", c.name)
	}
	switch c.name {
	case "pwrite64":
		return p.writeAt(c, h)
	case "ftruncate":
		size, err := c.number(1)
		if err != nil {
			return err
		}
		return p.add(c, Op{Kind: Truncate, File: h.file, Size: size})
	}
	return fmt.Errorf("%s is not modelled", c.name)
}

// sync fails the trace when the disk did: what a failed sync leaves is another
// matter than what a power cut leaves.
func (p *parser) sync(c call, h handle) error {
	switch {
	case c.result < 0:
		return fmt.Errorf("%s failed", c.name)
	case h.messages:
		return nil
	case h.folder:
		return p.add(c, Op{Kind: SyncNames})
	}
	return p.add(c, Op{Kind: Sync, File: h.file})
}

func (p *parser) write(c call, descriptor int, h handle) error {
	data, err := p.written(c)
	if err != nil {
		return err
	}
	if h.messages {
		return p.add(c, Op{Kind: Acknowledge, Data: data})
	}
	h.at += int64(len(data))
	p.handles[descriptor] = h
	return p.add(c, Op{Kind: Write, File: h.file, Offset: h.at - int64(len(data)), Data: data})
}

func (p *parser) writeAt(c call, h handle) error {
	data, err := p.written(c)
	if err != nil {
		return err
	}
	offset, err := c.number(3)
	if err != nil {
		return err
	}
	return p.add(c, Op{Kind: Write, File: h.file, Offset: offset, Data: data})
}

// written is what a write put on the disk, which may be less than it was given.
func (p *parser) written(c call) ([]byte, error) {
	data, err := c.bytes(1)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) < c.result {
		return nil, fmt.Errorf("%s wrote %d bytes, of which the trace holds %d", c.name, c.result, len(data))
	}
	return data[:c.result], nil
}
