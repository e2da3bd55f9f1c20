; Two groups of four neurons, driven by a channel each, without an end, as Speck has them: behind every event that reaches a neuron V
; is compared; one that reaches 64 spikes and loses 64; V never lies below -64, and saturates at 16 bit. A slow clock takes 2 off
; in every tick. Every spike helps its own group and inhibits the other one; two neurons more hear a group each.
; Which channel is the busier one just now?
;   snnc asm speck.asm -o speck.bin && snnemu stream speck.bin --events events.txt
.chip ticks=0 window=0
.target {
  "format": "snn-target/1",
  "name": "edge",
  "description": "Embedded default: 8 x 8 tiles of one core with 4,096 neurons, 16,384 axons and 128 KiB of synapses, 16 lanes, 200 MHz. A model, not a product: its energies combine published 45 nm figures with assumptions.",
  "process": "45 nm (modelled)",
  "mesh": {"width":8,"height":8},
  "coresPerTile": 1,
  "limits": {
    "neurons": 4096,
    "axons": 16384,
    "axonGroups": 256,
    "synapseBits": 1048576,
    "programWords": 4096,
    "parameters": 16384,
    "sinkRows": 1024,
    "sinkListWords": 65536,
    "delaySlots": 8,
    "routeEntries": 4096
  },
  "widths": {"vBits":32,"payloadBits":10,"weightBits":[1,2,4,8]},
  "timing": {
    "clockHz": {
      "value": 200000000,
      "unit": "Hz",
      "kind": "assumed",
      "source": "200 MHz, moderate for 45 nm: a choice of this design"
    },
    "lanes": 16,
    "laneCycles": {
      "value": 1,
      "unit": "cycles",
      "kind": "assumed",
      "source": "16 additions per cycle from 16 banks of neuron memory, pipelined: a choice of this design"
    },
    "eventCycles": {
      "value": 2,
      "unit": "cycles",
      "kind": "assumed",
      "source": "read the axon counter, fetch the handler: a choice of this design"
    },
    "vectorCycles": {
      "value": 1,
      "unit": "cycles",
      "kind": "assumed",
      "source": "16 neurons per cycle from 16 banks, pipelined: a choice of this design"
    },
    "updateLanes": 16,
    "updateActiveCycles": {
      "value": 1,
      "unit": "cycles",
      "kind": "assumed",
      "source": "16 neurons per cycle from 16 banks, pipelined: a choice of this design"
    },
    "updateIdleCycles": {
      "value": 1,
      "unit": "cycles",
      "kind": "assumed",
      "source": "idle neurons are visited too; no cycle is saved: a choice of this design"
    },
    "hopEastWestCycles": {
      "value": 3,
      "unit": "cycles",
      "kind": "assumed",
      "source": "switch allocation, switch traversal, link: one cycle each: a choice of this design"
    },
    "hopNorthSouthCycles": {
      "value": 3,
      "unit": "cycles",
      "kind": "assumed",
      "source": "switch allocation, switch traversal, link: one cycle each: a choice of this design"
    },
    "ejectionCycles": {
      "value": 3,
      "unit": "cycles",
      "kind": "assumed",
      "source": "switch allocation, switch traversal, local link: one cycle each: a choice of this design"
    },
    "injectionCycles": {
      "value": 2,
      "unit": "cycles",
      "kind": "assumed",
      "source": "packet assembly and local link: a choice of this design"
    },
    "creditCycles": {
      "value": 2,
      "unit": "cycles",
      "kind": "assumed",
      "source": "credit link and credit counter: a choice of this design"
    },
    "bufferFlits": 8,
    "barrierCycles": {
      "value": 8,
      "unit": "cycles",
      "kind": "assumed",
      "source": "start and end of the barrier in the cores: a choice of this design"
    },
    "barrierHopCycles": {
      "value": 3,
      "unit": "cycles",
      "kind": "assumed",
      "source": "the barrier wave travels like a flit, 3 cycles per hop: a choice of this design"
    }
  },
  "energy": {
    "synop": {
      "value": 5.1e-12,
      "unit": "J",
      "kind": "assumed",
      "source": "read-modify-write of V: 2 * 2.5 pJ + 32-bit add 0.1 pJ (Horowitz, ISSCC 2014, 45 nm, 0.9 V); 2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed). Without the weight, see synapseBitRead"
    },
    "mac": {
      "value": 5.35e-12,
      "unit": "J",
      "kind": "assumed",
      "source": "synop 5.1 pJ + multiplication of an 8-bit weight by a 10-bit payload: 0.2 pJ for 8 x 8 bit (Horowitz, ISSCC 2014, 45 nm, 0.9 V) * 10/8 (assumed) = 0.25 pJ. Without the weight, see synapseBitRead"
    },
    "synapseBitRead": {
      "value": 6.25e-13,
      "unit": "J",
      "kind": "assumed",
      "source": "one bit of the 128 KiB synapse memory: 5 pJ / 32 bit * sqrt(128/8) = 0.625 pJ; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed)"
    },
    "neuronUpdateActive": {
      "value": 1.498e-11,
      "unit": "J",
      "kind": "assumed",
      "source": "includes BIAS, CURRENT and FIRE: read V and I, write V: 3 * 2.5 pJ; read bias and threshold: 2 * 3.54 pJ; bias, current, comparison and reset: 4 additions * 0.1 pJ (Horowitz, ISSCC 2014, 45 nm, 0.9 V); 2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access; 4 KiB bank per lane (64 KiB over 16 lanes): 5 * sqrt(4/8) = 3.54 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed)"
    },
    "neuronUpdateIdle": {
      "value": 1.238e-11,
      "unit": "J",
      "kind": "assumed",
      "source": "an active update without the write of V (2.5 pJ) and the reset (0.1 pJ), since BIAS and CURRENT visit every neuron: read V and I: 2 * 2.5 pJ; read bias and threshold: 2 * 3.54 pJ; 3 additions * 0.1 pJ (Horowitz, ISSCC 2014, 45 nm, 0.9 V); 2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access; 4 KiB bank per lane (64 KiB over 16 lanes): 5 * sqrt(4/8) = 3.54 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed)"
    },
    "stateBitRead": {
      "value": 7.8e-14,
      "unit": "J",
      "kind": "assumed",
      "source": "one bit of V, I or a further plane: 2.5 pJ / 32 bit; 2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed). Of an instruction whose work no neuron update holds"
    },
    "stateBitWritten": {
      "value": 7.8e-14,
      "unit": "J",
      "kind": "assumed",
      "source": "as stateBitRead: 2.5 pJ / 32 bit; 2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed). Of an instruction whose work no neuron update holds"
    },
    "parameterBitRead": {
      "value": 1.11e-13,
      "unit": "J",
      "kind": "assumed",
      "source": "one bit of a parameter: 3.54 pJ / 32 bit; 4 KiB bank per lane (64 KiB over 16 lanes): 5 * sqrt(4/8) = 3.54 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed). Of an instruction whose work no neuron update holds"
    },
    "vectorAdd": {
      "value": 1e-13,
      "unit": "J",
      "kind": "assumed",
      "source": "32-bit add 0.1 pJ (Horowitz, ISSCC 2014, 45 nm, 0.9 V); comparisons and narrower additions are taken as equal"
    },
    "multiplierBit": {
      "value": 9.7e-14,
      "unit": "J",
      "kind": "assumed",
      "source": "32-bit multiplication 3.1 pJ (Horowitz, ISSCC 2014, 45 nm, 0.9 V) / 32 bit: taken as linear in the bits of one operand (assumed)"
    },
    "spike": {
      "value": 0,
      "unit": "J",
      "kind": "derived",
      "source": "included in neuronUpdateActive (comparison and reset) and in packet"
    },
    "packet": {
      "value": 0,
      "unit": "J",
      "kind": "derived",
      "source": "included in routerTraversal: a packet is injected into an input buffer of its first router"
    },
    "delivery": {
      "value": 5.663e-11,
      "unit": "J",
      "kind": "assumed",
      "source": "sink table: 128-bit row of 16 KiB: 4 * 5 * sqrt(16/8) = 28.28 pJ; 10-bit axon counter of the 160 KiB scheduler (16,384 axons * 8 slots), read and written on arrival and again when it is integrated: 4 * 10/32 * 5 * sqrt(160/8) = 27.95 pJ; 4 additions * 0.1 pJ (Horowitz, ISSCC 2014, 45 nm, 0.9 V); 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed). Sink lists and deliveries to the host are counted as the same"
    },
    "linkHopEastWest": {
      "value": 6.4e-12,
      "unit": "J",
      "kind": "assumed",
      "source": "64-bit flit, 0.1 pJ per bit and mm (assumed), tile pitch 1 mm (assumed): 64 * 0.1 = 6.4 pJ. Loihi publishes 3.0 pJ for its 14 nm process"
    },
    "linkHopNorthSouth": {
      "value": 6.4e-12,
      "unit": "J",
      "kind": "assumed",
      "source": "64-bit flit, 0.1 pJ per bit and mm (assumed), tile pitch 1 mm (assumed): 64 * 0.1 = 6.4 pJ. Loihi publishes 4.0 pJ for its 14 nm process"
    },
    "withinTile": {"value":0,"unit":"J","kind":"derived","source":"included in routerTraversal and delivery"},
    "routerTraversal": {
      "value": 1.012e-11,
      "unit": "J",
      "kind": "assumed",
      "source": "input buffer, written and read once: 1.77 pJ (64-bit flit in a 64-byte buffer: 2 * 5 * sqrt(0.0625/8) = 0.88 pJ per access); routing table: 32-bit entry of 16 KiB: 5 * sqrt(16/8) = 7.07 pJ; crossbar: 64 bit * 0.2 mm * 0.1 pJ = 1.28 pJ (length and wire energy assumed); 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed)"
    },
    "barrier": {
      "value": 1.26e-11,
      "unit": "J",
      "kind": "assumed",
      "source": "one bit over the 63 links of a spanning tree of the tiles, in and out: 126 * 1 mm * 0.1 pJ (wire energy and pitch assumed); the cores wait in idleCoreCycle"
    },
    "reset": {
      "value": 8.54e-12,
      "unit": "J",
      "kind": "assumed",
      "source": "read the initial potential: 3.54 pJ; write V and I: 2 * 2.5 pJ; 2 KiB bank per lane (32 KiB for V and I over 16 lanes): 5 * sqrt(2/8) = 2.5 pJ per 32-bit access; 4 KiB bank per lane (64 KiB over 16 lanes): 5 * sqrt(4/8) = 3.54 pJ per 32-bit access; 5 pJ per 32 bit at 8 KiB (Horowitz, ISSCC 2014, 45 nm, 0.9 V), capacity scaled by square root (assumed)"
    },
    "hostPacket": {
      "value": 1.28e-10,
      "unit": "J",
      "kind": "assumed",
      "source": "64-bit flit over a short serial link off the chip, 2 pJ per bit (assumed)"
    },
    "activeCoreCycle": {
      "value": 1e-11,
      "unit": "J",
      "kind": "assumed",
      "source": "2 mW per working core at 200 MHz: 0.5 mW leakage as in idleCoreCycle, 1.5 mW for clock tree, sequencer and instruction fetch (all assumed)"
    },
    "idleCoreCycle": {
      "value": 2.5e-12,
      "unit": "J",
      "kind": "assumed",
      "source": "0.5 mW leakage per core (assumed: about 0.5 MiB of SRAM in a low-power process) at 200 MHz; the clock is gated"
    }
  },
  "origins": {
    "mesh": {"unit":"tiles","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"},
    "coresPerTile": {"unit":"cores","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"},
    "limits.neurons": {
      "unit": "neurons per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.axons": {
      "unit": "axons per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.axonGroups": {
      "unit": "groups per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.synapseBits": {
      "unit": "bits per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.programWords": {
      "unit": "32-bit words per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.parameters": {
      "unit": "32-bit words per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.sinkRows": {
      "unit": "rows per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.sinkListWords": {
      "unit": "32-bit words per core",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "limits.delaySlots": {"unit":"ticks","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"},
    "limits.routeEntries": {
      "unit": "entries per router",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "widths.vBits": {"unit":"bits","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"},
    "widths.payloadBits": {"unit":"bits","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"},
    "widths.weightBits": {"unit":"bits","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"},
    "timing.lanes": {
      "unit": "additions",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "timing.updateLanes": {
      "unit": "neurons",
      "kind": "assumed",
      "source": "sizes and widths of an embedded chip: a choice of this design"
    },
    "timing.bufferFlits": {"unit":"flits","kind":"assumed","source":"sizes and widths of an embedded chip: a choice of this design"}
  },
  "notModelled": [
    "power supply and voltage regulators",
    "clock generation outside of the cores",
    "loading the chip file into the memories",
    "the host itself",
    "leakage of the routers and of the host port"
  ]
}
.provenance {
  "tool": "written by hand",
  "network": "two groups of neurons that are compared behind every event",
  "sourceSha256": "0000000000000000000000000000000000000000000000000000000000000000",
  "options": {},
  "annMacs": 0
}
.input {"shape":[2,1,1],"scale":1,"mean":[0,0],"std":[1,1],"step":1,"payloadMin":0,"payloadMax":1}
.input-part tree=0 c0=0 y0=0 x0=0 channels=2 height=1 width=1
.output {"shape":[2,1,1],"step":1,"labels":["left","right"]}
.output-part tree=2 c0=0 y0=0 x0=0 channels=2 height=1 width=1
.layers [
  {"name":"neurons","shape":[8,1,1],"depth":0,"fires":true},
  {"name":"votes","shape":[2,1,1],"depth":0,"fires":true}
]
.placement layer=0 core=0 firstNeuron=0 c0=0 y0=0 x0=0 channels=8 height=1 width=1 ; neurons
.placement layer=1 core=1 firstNeuron=0 c0=0 y0=0 x0=0 channels=2 height=1 width=1 ; votes
.route tree=0 router=0 ports=C0
.route tree=1 router=0 ports=E|C0
.route tree=1 router=1 ports=C0
.route tree=2 router=0 ports=HOST
.route tree=2 router=1 ports=W

.core core=0 neuronCount=8 axonCount=10 delaySlots=2 tickHandler=@tick resetHandler=@reset ; tile 0
.event-mode touchHandler=@touch
.group firstAxon=0 axonCount=2 handler=@group0 payloadMin=0 payloadMax=1 ; group 0
.group firstAxon=2 axonCount=8 handler=@group1 payloadMin=0 payloadMax=8 ; group 1: what is beyond 8 spikes of a neuron in a tick is lost
.plane plane=V policy=saturate bits=16 first=0 count=8 min=0 max=0
.affine delay=0 tree=0 group=0 sourceCount=2 sourceWidth=1 sourceChannels=2 offsetY=0 offsetX=0 offsetC=0 divisorY=1 divisorX=1 sizeY=1 sizeX=1 sizeC=2 base=0
.affine delay=1 tree=1 group=1 sourceCount=8 sourceWidth=1 sourceChannels=8 offsetY=0 offsetX=0 offsetC=0 divisorY=1 divisorX=1 sizeY=1 sizeX=1 sizeC=8 base=0
group0:
  DENSE destination=V width=w8 shift=0 first=0 count=8 weights=0
  END
group1:
  DENSE destination=V width=w8 shift=0 first=0 count=8 weights=16
  END
tick:
  ; the slow clock
  ALUP function=sub plane=V first=0 count=8 address=2 period=1
  ALUP function=max plane=V first=0 count=8 address=3 period=1
  END
touch:
  ; behind every event, on the neurons that it has reached
  COMPAREP flag=f0 op=ge plane=V first=0 count=8 address=1 period=1
  EMIT when=f0 first=0 count=8 tree=1
  ALUP function=sub plane=V when=f0 first=0 count=8 address=1 period=1
  ALUP function=max plane=V first=0 count=8 address=3 period=1
  END
reset:
  RESET first=0 count=8 address=0 period=1
  END
.parameters 0 64 2 -64
.synapses 1e23282d00000000000000001e23282d03030303e8e8e8e803030303e8e8e8e8
.synapses 03030303e8e8e8e803030303e8e8e8e8e8e8e8e803030303e8e8e8e803030303
.synapses e8e8e8e803030303e8e8e8e803030303

.core core=1 neuronCount=2 axonCount=8 delaySlots=2 tickHandler=@tick resetHandler=@reset ; tile 1
.event-mode touchHandler=@touch
.group firstAxon=0 axonCount=8 handler=@group0 payloadMin=0 payloadMax=8 ; group 0
.plane plane=V policy=saturate bits=16 first=0 count=2 min=0 max=0
.affine delay=1 tree=1 group=0 sourceCount=8 sourceWidth=1 sourceChannels=8 offsetY=0 offsetX=0 offsetC=0 divisorY=1 divisorX=1 sizeY=1 sizeX=1 sizeC=8 base=0
group0:
  DENSE destination=V width=w8 shift=0 first=0 count=2 weights=0
  END
tick:
  ALUP function=sub plane=V first=0 count=2 address=2 period=1
  ALUP function=max plane=V first=0 count=2 address=0 period=1
  END
touch:
  ; every spike goes to the host
  COMPAREP flag=f0 op=ge plane=V first=0 count=2 address=1 period=1
  EMIT when=f0 first=0 count=2 tree=2
  ALUP function=sub plane=V when=f0 first=0 count=2 address=1 period=1
  END
reset:
  RESET first=0 count=2 address=0 period=1
  END
.parameters 0 64 2
.synapses 10001000100010000010001000100010
